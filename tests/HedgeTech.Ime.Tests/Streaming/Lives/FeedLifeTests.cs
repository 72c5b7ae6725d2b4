using System.Globalization;
using HedgeTech.Ime.Tests.Architecture;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>
/// Tests the supervisor in thousands of lives, with the same seeds each time. <c>IME_LIVES</c> sets the number of lives, and <c>IME_SEED</c> the first seed. <c>IME_LIVES=1</c> replays one life
/// step by step. <c>IME_GOLDEN=write</c> records new digests in <c>FeedLives.golden</c>. Do that if a change alters decisions deliberately, and name them in the commit.
/// </summary>
public sealed class FeedLifeTests(ITestOutputHelper output)
{
    private const int GoldenLives = 10_000;
    private const int LivesPerLine = 100;

    [Fact]
    public void In_thousands_of_lives_no_message_is_silently_lost_repeated_or_reordered_and_no_feed_ends_silently()
    {
        int lives = Setting("IME_LIVES", 10_000);
        int first = Setting("IME_SEED", 1);
        long delivered = 0;
        long interruptions = 0;
        long handOvers = 0;
        ulong[] digests = new ulong[lives];
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

            digests[i] = life.Record.Digest;
            Interlocked.Add(ref delivered, life.Consumer.Snapshots);
            Interlocked.Add(ref interruptions, life.Consumer.Interruptions);
            Interlocked.Add(ref handOvers, life.Holds.HandOvers);
            Interlocked.Add(ref survived, life.Patience.SurvivedRefusals);
            Interlocked.Add(ref refused, life.Patience.FinalRefusals);
        });

        output.WriteLine($"{lives} lives from seed {first}: {delivered} snapshots delivered, {interruptions} interruptions, {handOvers} threads handed over, {survived} spells of refusals survived, {refused} final.");
        if (lives >= 1000)
        {
            // Lives without events would prove nothing.
            delivered.Should().BeGreaterThan(lives * 20L);
            interruptions.Should().BeGreaterThan(lives);
            handOvers.Should().BeGreaterThan(lives);
            survived.Should().BeGreaterThan(lives / 100, "a feed survives refusals that do not last");
            refused.Should().BeGreaterThan(lives / 100, "refusals that last end the feed");
        }

        if (first == 1 && lives >= GoldenLives)
        {
            CompareWithGolden(digests.AsSpan(0, GoldenLives));
        }
    }

    [Fact]
    public void A_sink_sees_each_event_once_in_order_with_its_bytes_before_the_consumer_and_does_not_affect_it()
    {
        int lives = Setting("IME_LIVES", 2_000);
        int first = Setting("IME_SEED", 100_001);
        long seen = 0;
        long missed = 0;
        Parallel.For(0, lives, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (i, loop) =>
        {
            int seed = unchecked(first + i);
            try
            {
                FeedLife life = new(seed, lives == 1 ? output.WriteLine : null, hasSink: true);
                life.Run();
                FeedLife same = new(seed);
                same.Run();
                life.Taken.Select(static taken => taken.ToString()).Should().Equal(same.Taken.Select(static taken => taken.ToString()), "a sink does not change the events of the consumer");
                Interlocked.Add(ref seen, life.Seen);
                Interlocked.Add(ref missed, life.Seen - life.Taken.Count);
            }
            catch (Exception exception)
            {
                loop.Stop();
                throw new InvalidOperationException($"Life {i} of {lives} with a sink failed. Replay it with IME_SEED={seed} and IME_LIVES=1.", exception);
            }
        });

        output.WriteLine($"{lives} lives from seed {first}: {seen} snapshots and events seen, {missed} of them missed by slow consumers.");
        if (lives >= 1000)
        {
            missed.Should().BeGreaterThan(lives, "consumers are slow at times");
        }
    }

    /// <summary>Compares the digests with the recorded ones. A change that only moves code keeps every digest.</summary>
    private static void CompareWithGolden(ReadOnlySpan<ulong> digests)
    {
        List<string> lines = [];
        for (int i = 0; i < digests.Length; i += LivesPerLine)
        {
            FeedLifeDigest line = new();
            foreach (ulong digest in digests.Slice(i, LivesPerLine))
            {
                line.Add(unchecked((long)digest));
            }

            lines.Add(FormattableString.Invariant($"{i + 1} {line.Value:x16}"));
        }

        string path = Path.Combine(Repository.Root, "tests", "HedgeTech.Ime.Tests", "Streaming", "Lives", "FeedLives.golden");
        if (Environment.GetEnvironmentVariable("IME_GOLDEN") == "write")
        {
            File.WriteAllLines(path, lines);
        }

        lines.Should().Equal(File.ReadAllLines(path), "each line has the digest of {0} lives from the seed at its start, and a life with the same decisions, log entries and events keeps its digest", LivesPerLine);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
