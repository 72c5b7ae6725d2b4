using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;
using HedgeTech.Ime.Recording.Replay;
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

    [Theory]
    [InlineData(0)]
    [InlineData(500)] // in the last message
    [InlineData(30)] // in the end mark
    public async Task A_segment_that_ends_right_after_half_of_its_last_write_was_read_is_read_to_its_end_and_shows_no_gap(int missing)
    {
        (MadeUpFeed feed, string[] recorded) = await RecordAsync(segments: 2);
        (string first, string second) = (recorded[0], recorded[1]);
        using TemporaryFolder growing = new();
        File.WriteAllBytes(InFolder(growing, first), missing == 0 ? WithoutEnd(first) : File.ReadAllBytes(first)[..^missing]);

        List<FeedEvent> read = Read(growing, atListing: 2, () =>
        {
            File.WriteAllBytes(InFolder(growing, first), File.ReadAllBytes(first));
            File.Copy(second, InFolder(growing, second));
        });

        read.ShouldBe(feed.Given);
    }

    [Fact]
    public async Task A_replay_that_has_found_the_end_of_a_growing_segment_ends_there_although_another_segment_begins_then()
    {
        (MadeUpFeed feed, string[] recorded) = await RecordAsync(segments: 2);
        (string first, string second) = (recorded[0], recorded[1]);
        using TemporaryFolder growing = new();
        File.WriteAllBytes(InFolder(growing, first), WithoutEnd(first));

        List<FeedEvent> read = Read(growing, atListing: 3, () =>
        {
            File.WriteAllBytes(InFolder(growing, first), File.ReadAllBytes(first));
            File.Copy(second, InFolder(growing, second));
        });

        read.Should().NotBeEmpty();
        read.ShouldBe([.. feed.Given.Take(read.Count)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)] // a part of the begin
    public async Task A_new_segment_whose_begin_is_not_written_yet_is_read_once_another_one_follows_and_shows_no_gap(int written)
    {
        (MadeUpFeed feed, string[] recorded) = await RecordAsync(segments: 3);
        using TemporaryFolder growing = new();
        File.Copy(recorded[0], InFolder(growing, recorded[0]));
        File.WriteAllBytes(InFolder(growing, recorded[1]), File.ReadAllBytes(recorded[1])[..written]);

        List<FeedEvent> read = Read(growing, atListing: 2, () =>
        {
            File.WriteAllBytes(InFolder(growing, recorded[1]), File.ReadAllBytes(recorded[1]));
            File.Copy(recorded[2], InFolder(growing, recorded[2]));
        });

        read.ShouldBe([.. feed.Given.Take(read.Count)]);
        read.Count.Should().BeGreaterThan(feed.Given.Count / 2, "the new segment has been completed before another one began");
    }

    private async Task<(MadeUpFeed Feed, string[] Segments)> RecordAsync(int segments)
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero));
        MadeUpFeed feed = new(1, time.GetUtcNow()) { HasOutages = false };
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false, SegmentBytes = 64 * 1024 }, timeProvider: time))
        {
            while (_folder.Segments.Length < segments)
            {
                feed.Give(recorder, 10, snapshotsOnly: true);
                await recorder.FlushAsync(Cancellation);
            }
        }

        return (feed, _folder.Segments);
    }

    /// <summary>Reads a recording. At a listing of its folder, counted from 1, something happens before the listing.</summary>
    private static List<FeedEvent> Read(TemporaryFolder folder, int atListing, Action happens)
    {
        int listings = 0;
        using ReplayReader reader = new(List, MadeUpFeed.Contracts, null, null, keepFrames: false, static (_, _) => { });
        List<FeedEvent> events = [];
        while (reader.TryRead(out FeedEvent? feedEvent))
        {
            events.Add(feedEvent);
        }

        return events;

        IReadOnlyList<SegmentFile> List()
        {
            if (++listings == atListing)
            {
                happens();
            }

            return RecordingFolder.List(folder.Path);
        }
    }

    /// <summary>The path of a segment's file in another folder.</summary>
    private static string InFolder(TemporaryFolder folder, string path)
    {
        string date = Path.Combine(folder.Path, Path.GetFileName(Path.GetDirectoryName(path)!));
        Directory.CreateDirectory(date);
        return Path.Combine(date, Path.GetFileName(path));
    }

    /// <summary>The bytes of a segment before its last record.</summary>
    private static byte[] WithoutEnd(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int at = 0;
        while (true)
        {
            int next = at + RecordHeader.Size + RecordHeader.Read(bytes.AsSpan(at)).Length;
            if (next == bytes.Length)
            {
                return bytes[..at];
            }

            at = next;
        }
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
