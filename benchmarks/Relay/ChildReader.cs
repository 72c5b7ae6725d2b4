using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using HedgeTech.Ime.Relay;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Redis;
using HedgeTech.Ime.Shared;
using StackExchange.Redis;

namespace HedgeTech.Ime.Benchmarks.Relay;

/// <summary>
/// A reader in a process of its own, or a subscriber that takes the same pushes with the same client and does nothing with them. It says when it is there, what a message has
/// cost it, and what reading the same messages from memory costs.
/// </summary>
internal sealed class ChildReader : IDisposable
{
    public const string Argument = "child-reader";

    private const int ItemCount = 20 + 2 + 32 + 24; // where a push says how many items it has
    private const int KindBeforeItemCount = 1 + 32 + 24;

    private readonly Process _process;

    private ChildReader(Process process) => _process = process;

    public static async Task<ChildReader> StartAsync(string configuration, string name, string contract, int messages, bool isBare)
    {
        ChildReader reader = new(Self.Start(Argument, string.Join('|', configuration, name, contract, messages.ToString(CultureInfo.InvariantCulture), isBare.ToString())));
        await reader._process.StandardOutput.ReadLineAsync();
        return reader;
    }

    /// <summary>Messages a second, the processor time of a message through the relay and from memory, in µs, and how often pushes were missing.</summary>
    public async Task<(double PerSecond, double Relay, double Memory, double Repairs)> ResultAsync()
    {
        double[] figures = [.. (await _process.StandardOutput.ReadLineAsync())!.Split(' ').Select(static text => double.Parse(text, CultureInfo.InvariantCulture))];
        await _process.WaitForExitAsync();
        return (figures[0], figures[1], figures[2], figures[3]);
    }

    public static async Task RunAsync(string argument)
    {
        string[] asked = argument.Split('|');
        int messages = int.Parse(asked[3], CultureInfo.InvariantCulture);
        byte[][] frames = await MarketCorpus.RecordAsync([asked[2]], isCompact: true);
        double memory = 0;
        for (int round = 0; round < 3; round++)
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            for (int i = 0; i < messages; i++)
            {
                MarketSnapshotSerializer.Deserialize(frames[i % frames.Length]);
            }

            memory = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMicroseconds / messages;
        }

        Progress progress = new(messages);
        double repairs = bool.Parse(asked[4]) ? await SubscribeAsync(asked, progress) : await ReadAsync(asked, progress);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{progress.PerSecond} {progress.Cost} {memory} {repairs}"));
    }

    private static async Task<long> ReadAsync(string[] asked, Progress progress)
    {
        await using RelaySource source = new(new RelayOptions { Configuration = asked[0], Name = asked[1] });
        await foreach (FeedEvent happened in source.StreamEventsAsync(ContractSet.ByName(asked[2])))
        {
            if (happened is SnapshotsDropped)
            {
                throw new InvalidOperationException($"The reader was too slow: {happened}.");
            }

            if (happened is MarketSnapshot && progress.Add(1))
            {
                break;
            }
        }

        return source.Statistics.Repairs;
    }

    private static async Task<long> SubscribeAsync(string[] asked, Progress progress)
    {
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(RedisConnector.Parse(asked[0]));
        ChannelMessageQueue pushes = await connection.GetSubscriber().SubscribeAsync(RedisChannel.Sharded(new RelayKeys(asked[1]).Channel));
        TaskCompletionSource ended = new();
        pushes.OnMessage(push =>
        {
            ReadOnlySpan<byte> bytes = ((ReadOnlyMemory<byte>)push.Message).Span;
            if (bytes[ItemCount - KindBeforeItemCount] == (byte)EntryKind.Items && progress.Add(BinaryPrimitives.ReadUInt16LittleEndian(bytes[ItemCount..])))
            {
                ended.TrySetResult();
            }
        });
        progress.Add(1); // a reader begins with the newest message
        await ended.Task;
        return 0;
    }

    public void Dispose() => _process.Dispose();

    /// <summary>Counts messages, and measures the second half: compiling takes processor time for some seconds.</summary>
    private sealed class Progress(int messages)
    {
        private readonly int _warm = messages / 2;
        private int _count;
        private int _measuredFrom;
        private TimeSpan _begun;
        private long _start;

        public double PerSecond { get; private set; }

        /// <summary>The processor time of a message, in µs.</summary>
        public double Cost { get; private set; }

        /// <summary>Returns whether these were the last ones.</summary>
        public bool Add(int count)
        {
            if (_count == 0)
            {
                Console.WriteLine("reads");
            }

            _count += count;
            if (_measuredFrom == 0 && _count >= _warm)
            {
                (_measuredFrom, _begun, _start) = (_count, Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
            }

            if (_count < messages)
            {
                return false;
            }

            PerSecond = (_count - _measuredFrom) / Stopwatch.GetElapsedTime(_start).TotalSeconds;
            Cost = (Process.GetCurrentProcess().TotalProcessorTime - _begun).TotalMicroseconds / (_count - _measuredFrom);
            return true;
        }
    }
}

/// <summary>This program, in another process.</summary>
internal static class Self
{
    public static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [typeof(Self).Assembly.Location, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
