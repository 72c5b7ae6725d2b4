using HedgeTech.Ime.Recording.Reading;
using HedgeTech.Ime.Recording.Sealing;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests readers of a segment that is there twice: plain and compressed.</summary>
public sealed class DoubledSegmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_segment_with_a_damaged_file_is_read_whole_from_its_intact_file(bool isSealedDamaged)
    {
        MadeUpFeed feed = await RecordAsync();
        DamagedFile.Overwrite(_folder.Segments[isSealedDamaged ? 1 : 0], part: 0.5);

        await ShouldReadAllAsync(feed, damaged: isSealedDamaged ? 1 : 0);
    }

    [Fact]
    public async Task A_segment_whose_plain_file_cannot_be_read_is_read_from_the_compressed_one()
    {
        MadeUpFeed feed = await RecordAsync();
        await using FileStream locked = new(_folder.Segments[0], FileMode.Open, FileAccess.Read, FileShare.None); // so that no other handle can read it

        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
        RecordingVerifier.Verify(_folder.Path).Damage.Single().Reason.Should().StartWith("The file cannot be read: ");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_segment_with_a_truncated_file_is_read_whole_from_its_intact_file(bool isSealedTruncated)
    {
        MadeUpFeed feed = await RecordAsync();
        DamagedFile.Truncate(_folder.Segments[isSealedTruncated ? 1 : 0]);

        await ShouldReadAllAsync(feed, damaged: isSealedTruncated ? 1 : 0);
    }

    [Fact]
    public async Task A_segment_with_two_damaged_files_is_read_from_the_one_with_more_intact_records()
    {
        MadeUpFeed feed = await RecordAsync();
        DamagedFile.Overwrite(_folder.Segments[0], part: 0.5);
        DamagedFile.Overwrite(_folder.Segments[1], part: 0.5);

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);

        report.Damage.Select(static damage => Path.GetExtension(damage.File)).Should().Contain(".imerec").And.Contain(".zst");
        (report.Snapshots + report.Events).Should().BeInRange(feed.Given.Count / 2, feed.Given.Count - 1);
        (await Replayed.AllAsync(_folder.Path)).Count(feed.Given.Contains).Should().Be((int)(report.Snapshots + report.Events));
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.5)]
    [InlineData(0, 0.01)]
    [InlineData(1, 0.01)]
    public async Task A_seek_into_a_segment_with_a_damaged_file_goes_on_in_the_intact_one(int damaged, double part)
    {
        MadeUpFeed feed = await RecordAsync();
        DamagedFile.Overwrite(_folder.Segments[damaged], part);

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = feed.Given[50].ReceivedAt });

        events.ShouldBe([.. feed.Given.Where(one => one.ReceivedAt >= feed.Given[50].ReceivedAt)]);
    }

    [Fact]
    public async Task A_segment_whose_compressed_file_is_damaged_in_the_middle_is_read_on_from_that_place_in_the_plain_one()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero));
        MadeUpFeed feed = new(2, time.GetUtcNow()) { HasOutages = false, Padding = 4000 };
        await using (MarketRecorder recorder = new(_folder.Path, timeProvider: time))
        {
            for (int part = 0; part < 5; part++)
            {
                feed.Give(recorder, 40, snapshotsOnly: true);
                await recorder.FlushAsync(TestContext.Current.CancellationToken);
                time.Advance(TimeSpan.FromSeconds(2)); // the next part begins with a mark
            }
        }

        SegmentFile plain = RecordingFolder.AllFiles(_folder.Path).Single(static file => !file.IsSealed);
        SealedFileWriter.Write(plain, static () => false, blockBytes: 64 * 1024);
        IReadOnlyList<SealedBlock> blocks = (plain with { IsSealed = true }).ReadIndex()!.Blocks;
        blocks.Should().HaveCountGreaterThan(3);
        DamagedFile.Overwrite(_folder.Segments[1], blocks[2].Place + (blocks[2].PackedLength / 2));

        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
        (await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = feed.Given[60].ReceivedAt })).ShouldBe([.. feed.Given.Where(one => one.ReceivedAt >= feed.Given[60].ReceivedAt)]);
    }

    [Fact]
    public async Task A_segment_whose_compressed_file_cannot_be_opened_is_read_from_the_plain_one()
    {
        MadeUpFeed feed = await RecordAsync();
        await using FileStream locked = new(_folder.Segments[1], FileMode.Open, FileAccess.Read, FileShare.None); // so that no other handle can read it

        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
    }

    private async Task<MadeUpFeed> RecordAsync()
    {
        MadeUpFeed feed = new(1) { HasOutages = false };
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            feed.Give(recorder, 200, snapshotsOnly: true);
        }

        _folder.Segments.Should().HaveCount(2);
        return feed;
    }

    private async Task ShouldReadAllAsync(MadeUpFeed feed, int damaged)
    {
        ReplaySource source = new(_folder.Path);
        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
        source.Begin.Should().Be(feed.Given[0].ReceivedAt);
        source.End.Should().Be(feed.Given[^1].ReceivedAt);
        source.Contracts.Should().BeEquivalentTo(MadeUpFeed.Contracts);

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        report.Snapshots.Should().Be(feed.Given.Count);
        report.Damage.Should().NotBeEmpty().And.OnlyContain(damage => _folder.Segments[damaged].EndsWith(damage.File, StringComparison.Ordinal));
        report.Gaps.Should().BeEmpty();
    }
}
