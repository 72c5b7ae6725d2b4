namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Measures the cost of recording for the receiving thread.</summary>
public sealed class HotPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Recording_a_snapshot_allocates_no_memory(int writeInterval)
    {
        byte[] frame = [.. "{\"channel\":\"IME Stream\",\"contractName\":\"SAFAB03\",\"timestamp\":\"2026-01-03T10:00:00\",\"data\":{}}"u8];
        MarketSnapshot snapshot = MarketSnapshotSerializer.Deserialize(frame) with { ReceivedAt = new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero) };
        using Disk disk = new() { Room = 0 };
        await using MarketRecorder recorder = new(_folder.Path, new RecordingOptions { WriteInterval = TimeSpan.FromMilliseconds(writeInterval), Compress = false }, null, null, disk.Create, MarketRecorder.MaxPendingBytes);

        // The disk is full, so the buffer grows. It becomes larger than the writer needs for the messages below, even on a busy machine.
        for (int given = 0; given < 20_000; given++)
        {
            recorder.OnSnapshot(snapshot, frame);
        }

        disk.Room = long.MaxValue;
        Give(20_000);
        await recorder.FlushAsync(TestContext.Current.CancellationToken);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Give(1_000);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);

        void Give(int count)
        {
            for (int given = 0; given < count; given++)
            {
                recorder.OnSnapshot(snapshot, frame);
                if (given % 16 == 15)
                {
                    recorder.OnBatchEnd();
                }
            }
        }
    }
}
