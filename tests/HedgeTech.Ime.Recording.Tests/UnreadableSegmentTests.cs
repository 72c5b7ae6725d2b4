using HedgeTech.Ime.Recording.Reading;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests what readers say about a segment of which nothing can be read, so that no record of it tells a time.</summary>
public sealed class UnreadableSegmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_interruption_of_an_unreadable_recording_has_the_time_in_the_name_of_its_segment_and_there_is_no_gap()
    {
        await RecordUnreadableAsync();
        DateTimeOffset began = RecordingFolder.List(_folder.Path).Single().Name.BeganAt;

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);

        report.Damage.Should().ContainSingle();
        report.Gaps.Should().BeEmpty();
        events.Should().HaveCount(2).And.OnlyContain(one => one.ReceivedAt == began);
        events[0].Should().BeOfType<FeedInterrupted>();
        events[1].Should().BeOfType<FeedResumed>().Which.Gap.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_gap_after_an_unreadable_first_segment_begins_at_the_time_in_the_name_of_that_segment()
    {
        await RecordUnreadableAsync();
        DateTimeOffset began = RecordingFolder.List(_folder.Path).Single().Name.BeganAt;
        _time.Advance(TimeSpan.FromMinutes(5));
        MadeUpFeed feed = new(2, _time.GetUtcNow()) { HasOutages = false };
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }, timeProvider: _time))
        {
            feed.Give(recorder, 10, snapshotsOnly: true);
        }

        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);

        report.Gaps.Should().ContainSingle().Which.Should().Match<RecordingGap>(gap => gap.From == began && gap.To == feed.Given[0].ReceivedAt);
        events.Should().OnlyContain(one => one.ReceivedAt >= began);
    }

    [Fact]
    public async Task A_gap_after_several_unreadable_segments_begins_at_the_time_in_the_name_of_the_first()
    {
        await RecordUnreadableAsync();
        DateTimeOffset began = RecordingFolder.List(_folder.Path).Single().Name.BeganAt;
        _time.Advance(TimeSpan.FromMinutes(5));
        await RecordUnreadableAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        MadeUpFeed feed = new(2, _time.GetUtcNow()) { HasOutages = false };
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }, timeProvider: _time))
        {
            feed.Give(recorder, 10, snapshotsOnly: true);
        }

        RecordingVerifier.Verify(_folder.Path).Gaps.Should().ContainSingle().Which.Should().Match<RecordingGap>(gap => gap.From == began && gap.To == feed.Given[0].ReceivedAt);
    }

    [Fact]
    public async Task The_next_recorder_keeps_a_plain_file_of_which_nothing_can_be_read()
    {
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }, timeProvider: _time))
        {
            new MadeUpFeed(1, _time.GetUtcNow()) { HasOutages = false }.Give(recorder, 100, snapshotsOnly: true);
        }

        byte[] damaged = [.. File.ReadAllBytes(_folder.Segments.Single()).Select(static one => (byte)~one)];
        string path = _folder.Segments.Single();
        await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMinutes(5));
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }, timeProvider: _time))
        {
            new MadeUpFeed(2, _time.GetUtcNow()) { HasOutages = false }.Give(recorder, 10, snapshotsOnly: true);
        }

        (await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).Should().Equal(damaged);
        RecordingVerifier.Verify(_folder.Path).Damage.Should().NotBeEmpty();
    }

    /// <summary>Makes a recording of one compressed segment whose only block is damaged, and the index too.</summary>
    private async Task RecordUnreadableAsync()
    {
        await using (MarketRecorder recorder = new(_folder.Path, timeProvider: _time))
        {
            new MadeUpFeed(1, _time.GetUtcNow()) { HasOutages = false }.Give(recorder, 100, snapshotsOnly: true);
        }

        File.Delete(_folder.Segments[^2]);
        DamagedFile.Overwrite(_folder.Segments[^1], 0.5);
        DamagedFile.Overwrite(_folder.Segments[^1], new FileInfo(_folder.Segments[^1]).Length - 20);
    }
}
