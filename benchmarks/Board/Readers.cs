using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using HedgeTech.Ime.Hosting;

namespace HedgeTech.Ime.Benchmarks.Board;

/// <summary>
/// Measures the cost of readers for the feed of a board: the CPU time of the feed's thread to read a message and put it on the board. The benchmark measures it
/// without readers, while four threads read the board at full speed, and while four threads read another, empty board. The last case is the control: equally many
/// threads compete for the machine, but share no data with the feed. There is no socket, so the share of the board is as large as possible. Linux only.
/// </summary>
internal static class Readers
{
    private const int Count = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(1.5);
    private static readonly ContractSet Contracts = ContractSet.ByName([.. Enumerable.Range(1, 10).Select(static i => $"CONTRACT{i:00000}")]);
    private static readonly byte[][] Messages = [.. Contracts.Select(Frame)];
    private static long _reads;

    public static void Run(int rounds)
    {
        Dictionary<string, List<double>> results = new() { ["nobody"] = [], ["another board"] = [], ["the board"] = [] };
        for (int round = 0; round < rounds; round++)
        {
            foreach ((string name, List<double> found) in results)
            {
                found.Add(Measure(name));
            }
        }

        double control = Median(results["another board"]);
        Console.WriteLine($"medians of {rounds} interleaved rounds, {Count} readers, {_reads / (double)rounds / (WarmUp + Measured).TotalSeconds / 1e6:0.0} million reads of the board per second");
        foreach ((string name, List<double> found) in results)
        {
            Console.WriteLine(FormattableString.Invariant($"{name,-13} {Median(found):0.000} µs of the feed's thread per message ({found.Min():0.000} to {found.Max():0.000}), {Median(found) / control:0.000} times the control"));
        }
    }

    private static double Measure(string reading)
    {
        MarketBoard board = new(Contracts);
        MarketBoard other = new(Contracts);
        other.RunAsync(new Frames(Messages, static count => count <= 100)).GetAwaiter().GetResult();
        using CancellationTokenSource stop = new();
        Thread[] readers = [.. Enumerable.Range(0, reading == "nobody" ? 0 : Count).Select(_ => new Thread(() => Read(reading == "the board" ? board : other, stop.Token)))];
        double microseconds = 0;
        Thread feed = new(() =>
        {
            long started = Stopwatch.GetTimestamp();
            (long Processor, long Count) begun = default;
            long last = 0;
            board.RunAsync(new Frames(Messages, count =>
            {
                last = count;
                if (count % 256 != 0)
                {
                    return true;
                }

                TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
                if (begun.Count == 0 && elapsed >= WarmUp)
                {
                    begun = (ProcessorTime(), count);
                }

                return elapsed < WarmUp + Measured;
            })).GetAwaiter().GetResult();
            microseconds = (ProcessorTime() - begun.Processor) / 1000.0 / (last - begun.Count);
        });
        Array.ForEach(readers, static reader => reader.Start());
        feed.Start();
        feed.Join();
        stop.Cancel();
        Array.ForEach(readers, static reader => reader.Join());
        return microseconds;
    }

    private static void Read(MarketBoard board, CancellationToken stop)
    {
        decimal sum = 0;
        long count = 0;
        while (!stop.IsCancellationRequested)
        {
            foreach (ContractKey key in Contracts)
            {
                sum += board[key]?.Aggregate.LastPrice ?? 0;
                sum += board.TryGet(key, out BoardEntry entry) && !entry.IsInterrupted ? 1 : 0;
                count += 2;
            }
        }

        if (board.Statistics.Received > 1000)
        {
            Interlocked.Add(ref _reads, count);
        }

        GC.KeepAlive(sum);
    }

    // The first number is the CPU time of this thread in nanoseconds.
    private static long ProcessorTime() => long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static byte[] Frame(ContractKey contract)
    {
        ArrayBufferWriter<byte> output = new();
        BestLimitLevel level = new(12, 792700, 3, 792900);
        MarketSnapshotSerializer.Serialize(
            new MarketSnapshot
            {
                Channel = "IME Stream",
                Contract = contract,
                Timestamp = new DateTimeOffset(2026, 1, 3, 12, 0, 0, new TimeSpan(3, 30, 0)),
                BestLimit = new BestLimit(level, level, level),
                Aggregate = new Aggregate { Date = new DateOnly(2026, 1, 3), Time = new TimeOnly(12, 0), TradeCount = 5, TotalVolume = 50, TotalValue = 97865432100, LastPrice = 792700 },
            },
            output);
        return output.WrittenSpan.ToArray();
    }
}
