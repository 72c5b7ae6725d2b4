using System.Globalization;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>
/// The supervisor through thousands of lives, the same each time. <c>IME_LIVES</c> sets how many, <c>IME_SEED</c> the first seed: with <c>IME_LIVES=1</c> one life is replayed, step by step.
/// </summary>
public sealed class FeedLifeTests(ITestOutputHelper output)
{
    [Fact]
    public void Through_thousands_of_lives_nothing_is_lost_in_silence_doubled_disordered_or_ended_without_a_word()
    {
        int lives = Setting("IME_LIVES", 10_000);
        int first = Setting("IME_SEED", 1);
        long delivered = 0;
        long interruptions = 0;
        long handOvers = 0;
        long survived = 0;
        long refused = 0;
        Parallel.For(0, lives, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (i, loop) =>
        {
            int seed = unchecked(first + i);
            FeedLife life = new(seed, lives == 1 ? output.WriteLine : null);
            try
            {
                life.Run();
            }
            catch (Exception exception)
            {
                loop.Stop();
                throw new InvalidOperationException(
                    $"Life {i} of {lives} failed. Replay it: IME_SEED={seed} IME_LIVES=1 dotnet test --project tests/HedgeTech.Ime.Tests -- --filter-class \"*FeedLifeTests\"", exception);
            }

            Interlocked.Add(ref delivered, life.Delivered);
            Interlocked.Add(ref interruptions, life.Interruptions);
            Interlocked.Add(ref handOvers, life.HandOvers);
            Interlocked.Add(ref survived, life.SurvivedRefusals);
            Interlocked.Add(ref refused, life.FinalRefusals);
        });

        output.WriteLine($"{lives} lives from seed {first}: {delivered} snapshots delivered, {interruptions} interruptions, {handOvers} threads handed over, {survived} spells of refusals survived, {refused} final.");
        if (lives >= 1000)
        {
            // Lives in which nothing happens would prove nothing.
            delivered.Should().BeGreaterThan(lives * 20L);
            interruptions.Should().BeGreaterThan(lives);
            handOvers.Should().BeGreaterThan(lives);
            survived.Should().BeGreaterThan(lives / 100, "a spell of refusals that does not last is survived");
            refused.Should().BeGreaterThan(lives / 100, "one that lasts is believed");
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
