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
        Overwrite(_folder.Segments[isSealedDamaged ? 1 : 0], part: 0.5);

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
        await using (FileStream file = new(_folder.Segments[isSealedTruncated ? 1 : 0], FileMode.Open))
        {
            file.SetLength(file.Length / 2);
        }

        await ShouldReadAllAsync(feed, damaged: isSealedTruncated ? 1 : 0);
    }

    [Fact]
    public async Task A_segment_with_two_damaged_files_is_read_from_the_one_with_more_intact_records()
    {
        MadeUpFeed feed = await RecordAsync();
        Overwrite(_folder.Segments[0], part: 0.5);
        Overwrite(_folder.Segments[1], part: 0.5);

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);

        report.Damage.Select(static damage => Path.GetExtension(damage.File)).Should().Contain(".imerec").And.Contain(".zst");
        (report.Snapshots + report.Events).Should().BeInRange(feed.Given.Count / 2, feed.Given.Count - 1);
        (await Replayed.AllAsync(_folder.Path)).Count(feed.Given.Contains).Should().Be((int)(report.Snapshots + report.Events));
    }

    [Fact]
    public async Task A_seek_does_not_read_a_segment_to_choose_the_intact_file_but_announces_what_is_damaged()
    {
        MadeUpFeed feed = await RecordAsync();
        Overwrite(_folder.Segments[1], part: 0.5);

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = feed.Given[50].ReceivedAt });

        events.OfType<FeedInterrupted>().Should().Contain(static interrupted => interrupted.Description!.Contains("The recording is damaged", StringComparison.Ordinal));
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

    private static void Overwrite(string path, double part)
    {
        using FileStream file = new(path, FileMode.Open);
        file.Position = (long)(file.Length * part);
        file.Write(new byte[20]);
    }
}
