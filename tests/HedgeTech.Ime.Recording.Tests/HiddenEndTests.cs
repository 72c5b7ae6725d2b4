using HedgeTech.Ime.Recording.Reading;
using HedgeTech.Ime.Recording.Sealing;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests what readers say about a compressed segment whose end cannot be read, so that no record tells whether the recorder ended properly.</summary>
public sealed class HiddenEndTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MadeUpFeed _feed = new(1, new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero)) { HasOutages = false, Padding = 4000 };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Damage_of_the_last_block_is_reported_as_damage_and_not_as_a_crash_too(bool hasIndex)
    {
        SegmentFile segment = await RecordAsync(static _ => { });
        SealedBlock last = segment.ReadIndex()!.Blocks[^1];
        DamagedFile.Overwrite(segment.FullPath, last.Place + (last.PackedLength / 2));
        if (!hasIndex)
        {
            DamagedFile.Overwrite(segment.FullPath, new FileInfo(segment.FullPath).Length - 20);
        }

        await ShouldBeDamagedAsync(segment, hasIndex);
    }

    [Fact]
    public async Task A_segment_that_is_cut_off_between_two_blocks_is_damaged_and_its_missing_messages_are_announced()
    {
        SegmentFile segment = await RecordAsync(static _ => { });
        DamagedFile.Truncate(segment.FullPath, segment.ReadIndex()!.Blocks[^1].Place);

        await ShouldBeDamagedAsync(segment, hasIndex: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_crash_before_a_segment_was_compressed_is_a_gap_also_if_the_last_block_is_damaged_later(bool isDamaged)
    {
        SegmentFile segment = await RecordAsync(DamagedFile.CutLastRecord);
        if (isDamaged)
        {
            SealedBlock last = segment.ReadIndex()!.Blocks[^1];
            DamagedFile.Overwrite(segment.FullPath, last.Place + (last.PackedLength / 2));
        }

        RecordingGap gap = RecordingVerifier.Verify(_folder.Path).Gaps.Should().ContainSingle().Subject;
        gap.Reason.Should().Be("The recorder did not end properly.");
        gap.From.Should().Be(_feed.Given.Last(one => one.ReceivedAt < gap.To).ReceivedAt, "the index tells when the last message was received");
        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);
        events.OfType<FeedInterrupted>().Last().Description.Should().Be("Nothing was recorded: the recorder did not end properly.");
        events.Select(static one => one.ReceivedAt).Should().BeInAscendingOrder();
    }

    private async Task ShouldBeDamagedAsync(SegmentFile segment, bool hasIndex)
    {
        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);

        report.Damage.Should().NotBeEmpty().And.OnlyContain(damage => damage.File == segment.RelativePath);
        report.Gaps.Should().BeEmpty();
        int read = events.TakeWhile(static one => one is MarketSnapshot).Count();
        events[read].Should().BeOfType<FeedInterrupted>().Which.Should().Match<FeedInterrupted>(one => one.ReceivedAt == events[read - 1].ReceivedAt && one.Description!.StartsWith("The recording is damaged in "));
        List<FeedEvent> rest = [.. events.Skip(read).SkipWhile(static one => one is not MarketSnapshot)];
        events.OfType<FeedInterrupted>().Should().OnlyContain(static one => one.Description!.StartsWith("The recording is damaged in "));
        int missing = _feed.Given.Count - read - rest.Count;
        DateTimeOffset to = hasIndex ? _feed.Given[read + missing - 1].ReceivedAt : rest[0].ReceivedAt;
        events.OfType<FeedResumed>().Should().NotBeEmpty().And.OnlyContain(one => one.ReceivedAt == to);
        events.OfType<SnapshotsDropped>().Sum(static one => one.Count).Should().Be(hasIndex ? missing : 0, "the index counts the snapshots");
        rest.ShouldBe([.. _feed.Given.TakeLast(rest.Count)]);
        missing.Should().BePositive();
    }

    /// <summary>Records two segments, the second of which continues the first, and compresses the first in several blocks.</summary>
    private async Task<SegmentFile> RecordAsync(Action<string> beforeCompression)
    {
        FakeTimeProvider time = new(_feed.Now);
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false, SegmentBytes = 300_000 }, timeProvider: time))
        {
            while (_folder.Segments.Length < 2)
            {
                _feed.Give(recorder, 20, snapshotsOnly: true);
                await recorder.FlushAsync(TestContext.Current.CancellationToken);
                time.Advance(TimeSpan.FromSeconds(2)); // the next messages come after a mark
            }
        }

        SegmentFile plain = RecordingFolder.List(_folder.Path)[0];
        beforeCompression(plain.FullPath);
        SealedFileWriter.Write(plain, static () => false, blockBytes: 64 * 1024);
        File.Delete(plain.FullPath);
        SegmentFile segment = plain with { IsSealed = true };
        segment.ReadIndex()!.Blocks.Should().HaveCountGreaterThan(2);
        return segment;
    }
}
