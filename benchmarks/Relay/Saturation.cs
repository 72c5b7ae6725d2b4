using System.Diagnostics;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Shared;
using StackExchange.Redis;

namespace HedgeTech.Ime.Benchmarks.Relay;

/// <summary>
/// Messages a second through one Redis to a reader in another process, beside XADD of equal batches by the same client; and what a message costs the reader, beside a subscriber
/// that takes the same pushes with the same client and does nothing with them.
/// </summary>
internal static class Saturation
{
    private const string Contract = "SAFAB03";
    private const int Window = 32;

    /// <param name="rounds">How many, after one to warm up.</param>
    /// <param name="messages">In each round.</param>
    /// <param name="perSecond">The pace; 0 to saturate.</param>
    public static async Task RunAsync(int rounds, int messages, int perSecond)
    {
        byte[][] frames = await MarketCorpus.RecordAsync([Contract], isCompact: true);
        await using RedisServer redis = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        List<double[]> results = [];
        for (int round = 0; round <= rounds; round++)
        {
            (double[] relay, double server) = await ReadAsync(redis, connection, frames, FormattableString.Invariant($"saturated{round}"), messages, perSecond, isBare: false);
            (double[] bare, _) = await ReadAsync(redis, connection, frames, FormattableString.Invariant($"bare{round}"), messages, perSecond, isBare: true);
            double[] result = [relay[0], perSecond == 0 ? await AddAsync(connection.GetDatabase(), frames, messages) : 0, relay[1], bare[1], relay[2], server, relay[3]];
            Console.WriteLine((round == 0 ? "warm-up: " : "") + Text(result));
            if (round > 0)
            {
                results.Add(result);
            }
        }

        double[] medians = [.. Enumerable.Range(0, results[0].Length).Select(figure => Figures.Median(results.Select(result => result[figure])))];
        Console.WriteLine(FormattableString.Invariant($"median: {Text(medians)}; reader to memory {medians[2] / medians[4]:0.0}, to the bare subscriber {medians[2] / medians[3]:0.00}"));
    }

    /// <summary>Publishes to one reader. Returns what it says, and what a message costs Redis, in µs.</summary>
    private static async Task<(double[] Reader, double Server)> ReadAsync(RedisServer redis, ConnectionMultiplexer connection, byte[][] frames, string name, int messages, int perSecond, bool isBare)
    {
        Flood flood = new(connection, name, Contract, 64 << 20, perSecond);
        await flood.RunAsync(frames, 1);
        using ChildReader reader = await ChildReader.StartAsync(redis.Configuration, name, Contract, messages, isBare);
        TimeSpan before = redis.ProcessorTime;
        await flood.RunAsync(frames, messages - 1);
        double server = (redis.ProcessorTime - before).TotalMicroseconds / messages;
        (double reached, double relay, double memory, double repairs) = await reader.ResultAsync();
        return ([reached, relay, memory, repairs], server);
    }

    private static string Text(double[] result) => FormattableString.Invariant(
        $"{result[0]:0} messages a second to the reader{(result[1] > 0 ? FormattableString.Invariant($", raw XADD {result[1]:0}") : "")}; a message costs the reader {result[2]:0.00} µs, a bare subscriber {result[3]:0.00} µs, reading it from memory {result[4]:0.00} µs, Redis {result[5]:0.00} µs; the reader read the log {result[6]:0} times");

    /// <summary>Adds the same batches with the same header, as many on their way at a time. Returns the messages a second.</summary>
    private static async Task<double> AddAsync(IDatabase database, byte[][] frames, int messages)
    {
        await database.KeyDeleteAsync("raw");
        Queue<Task> running = new();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < messages; i += LogEntry.MaximumItems)
        {
            LogItem[] items = [.. Enumerable.Range(i, LogEntry.MaximumItems).Select(index => new LogItem(false, 0, 0, frames[index % frames.Length]))];
            running.Enqueue(database.StreamAddAsync("raw", [new NameValueEntry("h", LogEntry.WriteHeader(Term.None, default, items)), new NameValueEntry("d", LogEntry.WriteData(items))], maxLength: 10_000, useApproximateMaxLength: true));
            if (running.Count >= Window)
            {
                await running.Dequeue();
            }
        }

        await Task.WhenAll(running);
        return messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
