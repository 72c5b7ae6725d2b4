using System.Buffers.Binary;
using HedgeTech.Ime.Relay;
using HedgeTech.Ime.Shared;
using HedgeTech.Ime.Testing;
using StackExchange.Redis;

namespace HedgeTech.Ime.Benchmarks.Relay;

/// <summary>The time from the publisher's snapshot to a reader's loop, beside a bare PUBLISH and SUBSCRIBE of the same messages by the same client, in one process.</summary>
internal static class Latency
{
    private const int PerSecond = 300;
    private const string Contract = "SAFAB03";

    public static async Task RunAsync(int rounds, TimeSpan length)
    {
        byte[][] frames = await MarketCorpus.RecordAsync([Contract], isCompact: true);
        await using RedisServer redis = await RedisServer.StartAsync();
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0, AcceptAnyContract = true });
        await using ImeClient client = new(simulator.CreateClientOptions());
        RelayOptions options = new() { Configuration = redis.Configuration, Name = "latency" };
        await using RelayPublisher publisher = new(client, ContractSet.ByName(Contract), options);
        using CancellationTokenSource ending = new();
        Task running = publisher.RunAsync(ending.Token);
        await simulator.WhenSubscribedAsync();
        await using RelaySource source = new(options);
        List<double> relayed = [];
        Task reading = ReadAsync(source, relayed, ending.Token);
        await using ConnectionMultiplexer sender = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        await using ConnectionMultiplexer receiver = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        ChannelMessageQueue queue = await receiver.GetSubscriber().SubscribeAsync(RedisChannel.Literal("bare"));
        List<double> bare = [];
        Task listening = ListenAsync(queue, bare, ending.Token);
        List<(double Median, double Percentile99)>[] results = [[], []];
        for (int round = 0; round <= rounds; round++)
        {
            await PacedAsync(frames, length, async frame => await simulator.PublishAsync(ContractKey.Name(Contract), frame));
            await PacedAsync(frames, length, async frame =>
            {
                byte[] message = new byte[8 + frame.Length];
                frame.CopyTo(message, 8);
                BinaryPrimitives.WriteInt64LittleEndian(message, DateTime.UtcNow.Ticks);
                await sender.GetSubscriber().PublishAsync(RedisChannel.Literal("bare"), message);
            });
            foreach ((List<double> times, List<(double, double)> result) in new[] { (relayed, results[0]), (bare, results[1]) })
            {
                lock (times)
                {
                    if (round > 0)
                    {
                        result.Add((Figures.Median(times), Figures.Percentile(times, 0.99)));
                    }

                    times.Clear();
                }
            }
        }

        await ending.CancelAsync();
        await Task.WhenAll(running, reading, listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        double[] medians = [.. results.Select(static result => Figures.Median(result.Select(static round => round.Median)))];
        double[] percentiles = [.. results.Select(static result => Figures.Median(result.Select(static round => round.Percentile99)))];
        Console.WriteLine(FormattableString.Invariant($"relay: p50 {medians[0]:0} µs, p99 {percentiles[0]:0} µs; bare publish and subscribe: p50 {medians[1]:0} µs, p99 {percentiles[1]:0} µs; ratios {medians[0] / medians[1]:0.00} and {percentiles[0] / percentiles[1]:0.00}"));
    }

    private static async Task ReadAsync(RelaySource source, List<double> times, CancellationToken cancellationToken)
    {
        await foreach (FeedEvent happened in source.StreamEventsAsync(ContractSet.ByName(Contract), cancellationToken))
        {
            if (happened is MarketSnapshot snapshot)
            {
                Add(times, snapshot.ReceivedAt.UtcTicks);
            }
        }
    }

    private static async Task ListenAsync(ChannelMessageQueue queue, List<double> times, CancellationToken cancellationToken)
    {
        while (true)
        {
            ChannelMessage message = await queue.ReadAsync(cancellationToken);
            Add(times, BinaryPrimitives.ReadInt64LittleEndian((byte[])message.Message!));
        }
    }

    private static void Add(List<double> times, long since)
    {
        double time = TimeSpan.FromTicks(DateTime.UtcNow.Ticks - since).TotalMicroseconds;
        lock (times)
        {
            times.Add(time);
        }
    }

    private static async Task PacedAsync(byte[][] frames, TimeSpan length, Func<byte[], Task> send)
    {
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; TimeProvider.System.GetElapsedTime(start) < length; i++)
        {
            await send(frames[i % frames.Length]);
            TimeSpan rest = TimeSpan.FromSeconds((i + 1.0) / PerSecond) - TimeProvider.System.GetElapsedTime(start);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest);
            }
        }
    }
}
