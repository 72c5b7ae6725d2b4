using System.Diagnostics;
using HedgeTech.Ime.Relay;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Benchmarks.Relay;

/// <summary>How long it takes to cancel and dispose of a publisher and a reader while Redis is frozen.</summary>
internal static class Freezing
{
    public static async Task RunAsync(int rounds)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 50 });
        List<double> publishers = [];
        List<double> readers = [];
        for (int round = 0; round < rounds; round++)
        {
            RelayOptions options = new() { Configuration = redis.Configuration, Name = FormattableString.Invariant($"frozen{round}"), HotStandby = round % 2 == 1 };
            await using ImeClient client = new(simulator.CreateClientOptions());
            RelayPublisher publisher = new(client, ContractSet.ByName("SAFAB03"), options);
            using CancellationTokenSource ending = new();
            Task running = publisher.RunAsync(ending.Token);
            RelaySource source = new(options);
            TaskCompletionSource reads = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task reading = ReadAsync(source, reads, ending.Token);
            await reads.Task;
            await redis.SignalAsync("STOP");
            await Task.Delay(TimeSpan.FromSeconds(round % 3)); // both just frozen, and frozen for so long that it was noticed
            long start = Stopwatch.GetTimestamp();
            await ending.CancelAsync();
            await Task.WhenAll(MeasureAsync(publishers, start, running, publisher), MeasureAsync(readers, start, reading, source));
            await redis.SignalAsync("CONT");
        }

        Console.WriteLine(FormattableString.Invariant($"publisher: median {Figures.Median(publishers):0} ms, longest {publishers.Max():0} ms; reader: median {Figures.Median(readers):0} ms, longest {readers.Max():0} ms; of {rounds} each"));
    }

    private static async Task MeasureAsync(List<double> times, long start, Task running, IAsyncDisposable disposable)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await disposable.DisposeAsync();
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private static async Task ReadAsync(RelaySource source, TaskCompletionSource reads, CancellationToken cancellationToken)
    {
        await foreach (FeedEvent happened in source.StreamEventsAsync(ContractSet.ByName("SAFAB03"), cancellationToken))
        {
            if (happened is MarketSnapshot)
            {
                reads.TrySetResult();
            }
        }
    }
}
