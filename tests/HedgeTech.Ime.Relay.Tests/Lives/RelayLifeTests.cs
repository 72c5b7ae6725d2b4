using System.Collections.Concurrent;
using System.Globalization;

namespace HedgeTech.Ime.Relay.Tests.Lives;

/// <summary>
/// Tests the protocol of the relay in thousands of random runs, with the same seeds each time. <c>IME_RELAY_LIVES</c> sets the number of runs, and <c>IME_SEED</c> the first seed. With
/// <c>IME_RELAY_LIVES=1</c>, the test prints each step of one run.
/// </summary>
public sealed class RelayLifeTests(ITestOutputHelper output)
{
    [Fact]
    public void In_thousands_of_random_runs_no_reader_misses_a_message_unannounced_or_gets_one_twice_or_out_of_order()
    {
        int lives = Setting("IME_RELAY_LIVES", 1_000);
        int first = Setting("IME_SEED", 1);
        long delivered = 0;
        long announced = 0;
        long takeovers = 0;
        long losses = 0;
        ConcurrentQueue<string> failures = new();
        Parallel.For(0, lives, new ParallelOptions { MaxDegreeOfParallelism = Setting("IME_RELAY_THREADS", Environment.ProcessorCount) }, (i, loop) =>
        {
            int seed = unchecked(first + i);
            RelayLife life = new(seed, lives == 1 ? output.WriteLine : null);
            try
            {
                life.Run();
            }
            catch (Exception exception)
            {
                failures.Enqueue($"Run {i} of {lives} failed: {exception.Message}. Replay it with IME_SEED={seed} IME_RELAY_LIVES=1. {exception.StackTrace}");
                if (failures.Count > 5)
                {
                    loop.Stop();
                }
            }

            Interlocked.Add(ref delivered, life.Delivered);
            Interlocked.Add(ref announced, life.Announced);
            Interlocked.Add(ref takeovers, life.Takeovers);
            Interlocked.Add(ref losses, life.Losses);
        });

        failures.Should().BeEmpty();
        output.WriteLine($"{lives} runs from seed {first}: {delivered} messages delivered, {announced} announcements, {takeovers} publishers ended, {losses} times Redis lost entries.");
        if (lives >= 1000)
        {
            // Runs without events would prove nothing.
            delivered.Should().BeGreaterThan(lives * 100L);
            announced.Should().BeGreaterThan(lives);
            takeovers.Should().BeGreaterThan(lives);
            losses.Should().BeGreaterThan(lives / 2);
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
