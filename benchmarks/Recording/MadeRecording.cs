using HedgeTech.Ime.Recording;
using HedgeTech.Ime.Shared;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Benchmarks.Recording;

/// <summary>A recording of the simulator's market for one measurement.</summary>
internal sealed class MadeRecording : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("ime-benchmark-").FullName;

    public DateTimeOffset Begin { get; } = new(2026, 1, 3, 6, 30, 0, TimeSpan.Zero);

    public DateTimeOffset End { get; private set; }

    /// <summary>Returns messages of the simulator's market, about equally many for each contract.</summary>
    public static async Task<byte[][]> FramesAsync()
    {
        const int Count = 20_000;
        Random random = new(1);
        MarketCorpus.MarketTime time = new();
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0 }, time);
        ImeClientOptions options = simulator.CreateClientOptions();
        options.Feed.KeepFrames = true;
        await using ImeClient client = new(options);
        string[] names = [.. SimulatorContract.BuiltIn.Select(static contract => contract.Code)];
        await using IAsyncEnumerator<MarketSnapshot> received = client.StreamByNameAsync(names).GetAsyncEnumerator();
        ValueTask<bool> next = received.MoveNextAsync();
        await simulator.WhenSubscribedAsync();
        byte[][] frames = new byte[Count][];
        for (int message = 0; message < Count; message++)
        {
            time.Advance(TimeSpan.FromMicroseconds(random.Next(1, 1000)));
            await simulator.PublishAsync(names[random.Next(names.Length)]);
            await next;
            frames[message] = received.Current.Frame.ToArray();
            next = received.MoveNextAsync();
        }

        return frames;
    }

    /// <summary>Records the given number of messages, about 2,000 for each second of recorded time.</summary>
    public async Task WriteAsync(int messages, RecordingOptions options)
    {
        byte[][] frames = await FramesAsync();
        MarketSnapshot[] snapshots = [.. frames.Select(static frame => MarketSnapshotSerializer.Deserialize(frame))];
        Random random = new(1);
        RecordedTime time = new(Begin);
        await using MarketRecorder recorder = new(Folder, options, timeProvider: time);
        for (int message = 0; message < messages; message++)
        {
            time.Advance(random.Next(10_000));
            MarketSnapshot snapshot = snapshots[message % snapshots.Length] with { ReceivedAt = time.GetUtcNow() };
            recorder.OnSnapshot(snapshot, frames[message % frames.Length]);
            if (message % 16 == 15)
            {
                recorder.OnBatchEnd();
            }

            if (message % 20_000 == 19_999)
            {
                await recorder.FlushAsync(); // waits for the disk, so that a slow disk loses no message
            }
        }

        End = time.GetUtcNow();
        await recorder.FlushAsync();
        Console.WriteLine(recorder);
        if (recorder.Statistics.Lost > 0)
        {
            throw new InvalidOperationException("The disk was too slow: not all messages are recorded.");
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>The time of the last message, so that a segment begins when its first message is received, as in a recording of a live feed.</summary>
    private sealed class RecordedTime(DateTimeOffset begin) : TimeProvider
    {
        private long _ticks = begin.UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public void Advance(long ticks) => Volatile.Write(ref _ticks, _ticks + ticks);
    }
}
