using HedgeTech.Ime.Recording.Format;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests replays of a recording that is being written.</summary>
public sealed class GrowingRecordingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_recorded_while_a_replay_runs_is_replayed_although_the_segment_is_damaged()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero));
        MadeUpFeed feed = new(1, time.GetUtcNow()) { HasOutages = false };
        await using MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false, SegmentBytes = 64 * 1024 }, timeProvider: time);
        feed.Give(recorder, 10, snapshotsOnly: true);
        await recorder.FlushAsync(Cancellation);
        time.Advance(TimeSpan.FromSeconds(2)); // the next message comes after a mark
        feed.Give(recorder, 10, snapshotsOnly: true);
        await recorder.FlushAsync(Cancellation);
        DamageLength(_folder.Segments.Single(), record: 3);
        await using IAsyncEnumerator<FeedEvent> replay = new ReplaySource(_folder.Path).StreamEventsAsync(MadeUpFeed.Contracts, Cancellation).GetAsyncEnumerator(Cancellation);
        while (await replay.MoveNextAsync() && !replay.Current.Equals(feed.Given[10]))
        {
            // The messages before the mark.
        }

        feed.Give(recorder, 500, snapshotsOnly: true);
        await recorder.FlushAsync(Cancellation);
        List<FeedEvent> rest = [];
        while (await replay.MoveNextAsync())
        {
            rest.Add(replay.Current);
        }

        _folder.Segments.Should().HaveCountGreaterThan(1);
        rest.ShouldBe([.. feed.Given.Skip(11)]);
    }

    /// <summary>Makes a record claim to be a mebibyte longer.</summary>
    private static void DamageLength(string path, int record)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        int at = 0;
        for (int number = 0; number < record; number++)
        {
            at += RecordHeader.Size + RecordHeader.Read(bytes.AsSpan(at)).Length;
        }

        file.Position = at + 2;
        file.WriteByte(0x10);
    }
}
