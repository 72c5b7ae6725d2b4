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

        await ShouldReadAllAsync(feed);
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

        await ShouldReadAllAsync(feed);
    }

    [Fact]
    public async Task A_segment_with_two_damaged_files_is_read_from_the_one_with_more_intact_records()
    {
        MadeUpFeed feed = await RecordAsync();
        Overwrite(_folder.Segments[0], part: 0.5);
        Overwrite(_folder.Segments[1], part: 0.5);

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);

        report.Damage.Should().NotBeEmpty().And.OnlyContain(static damage => damage.File.EndsWith(".imerec", StringComparison.Ordinal), "the only block of the compressed file is damaged");
        (report.Snapshots + report.Events).Should().BeInRange(feed.Given.Count / 2, feed.Given.Count - 1);
        (await Replayed.AllAsync(_folder.Path)).Count(feed.Given.Contains).Should().Be((int)(report.Snapshots + report.Events));
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

    private async Task ShouldReadAllAsync(MadeUpFeed feed)
    {
        ReplaySource source = new(_folder.Path);
        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
        source.Begin.Should().Be(feed.Given[0].ReceivedAt);
        source.End.Should().Be(feed.Given[^1].ReceivedAt);
        source.Contracts.Should().BeEquivalentTo(MadeUpFeed.Contracts);

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        report.Snapshots.Should().Be(feed.Given.Count);
        report.Damage.Should().BeEmpty();
        report.Gaps.Should().BeEmpty();
    }

    private static void Overwrite(string path, double part)
    {
        using FileStream file = new(path, FileMode.Open);
        file.Position = (long)(file.Length * part);
        file.Write(new byte[20]);
    }
}
