using HedgeTech.Ime.Recording.Reading;
using HedgeTech.Ime.Recording.Sealing;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Recording.Tests;

/// <summary>Tests what a replay that begins in the middle of a recording says about what is missing there.</summary>
public sealed class ReplayFromTests : IDisposable
{
    private const string Stopped = "Nothing was recorded: the recording was stopped.";
    private const string Crashed = "Nothing was recorded: the recorder did not end properly.";

    /// <summary>The number of events in the first segment.</summary>
    private const int InFirst = 11;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero));
    private readonly MadeUpFeed _feed = new(1, new DateTimeOffset(2026, 1, 3, 6, 30, 0, TimeSpan.Zero)) { HasOutages = false, Padding = 4000 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, InterruptionReason.Closed, Stopped)]
    [InlineData(true, InterruptionReason.ConnectionLost, Crashed)]
    public async Task A_replay_that_begins_within_a_gap_begins_with_the_rest_of_the_gap(bool isCrash, InterruptionReason reason, string description)
    {
        await RecordTwiceAsync();
        if (isCrash)
        {
            DamagedFile.CutLastRecord(_folder.Segments[0]);
        }

        DateTimeOffset from = _feed.Given[InFirst - 1].ReceivedAt.AddMinutes(30);

        (await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = from })).ShouldBe([.. Gap(from, _feed.Given[InFirst].ReceivedAt, reason, description), .. _feed.Given.Skip(InFirst)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replay_that_begins_with_the_first_message_after_a_gap_says_nothing_of_the_gap(bool isCrash)
    {
        await RecordTwiceAsync();
        if (isCrash)
        {
            DamagedFile.CutLastRecord(_folder.Segments[0]);
        }

        (await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = _feed.Given[InFirst].ReceivedAt })).ShouldBe([.. _feed.Given.Skip(InFirst)]);
    }

    [Fact]
    public async Task A_replay_that_begins_long_after_a_gap_says_nothing_of_the_gap_wherever_a_block_begins()
    {
        await RecordTwiceAsync(parts: 10);
        SegmentFile second = RecordingFolder.List(_folder.Path)[1];
        SealedFileWriter.Write(second, static () => false, blockBytes: 16 * 1024);
        (second with { IsSealed = true }).ReadIndex()!.Blocks.Should().HaveCountGreaterThan(8);

        foreach (DateTimeOffset from in _feed.Given.Skip(InFirst).Select(static one => one.ReceivedAt.AddTicks(1)))
        {
            (await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = from })).ShouldBe([.. _feed.Given.Where(one => one.ReceivedAt >= from)]);
        }
    }

    [Fact]
    public async Task A_replay_that_begins_within_a_gap_leaves_the_contracts_interrupted_that_are_no_longer_recorded()
    {
        ContractSet both = ContractSet.ByName("SAFAB03", "ETCDY03");
        ContractSet one = ContractSet.ByName("SAFAB03");
        FeedConnected[] connected = new FeedConnected[2];
        for (int time = 0; time < 2; time++)
        {
            await using MarketRecorder recorder = new(_folder.Path, timeProvider: _time);
            connected[time] = new FeedConnected { ReceivedAt = _time.GetUtcNow(), Connection = 1, Contracts = time == 0 ? both : one };
            recorder.OnEvent(connected[time]);
            _time.Advance(TimeSpan.FromHours(1));
        }

        DateTimeOffset from = connected[0].ReceivedAt.AddMinutes(30);
        FeedEvent[] gap = Gap(from, connected[1].ReceivedAt, InterruptionReason.Closed, Stopped);

        (await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = from }, ContractSet.ByName("SAFAB03", "ETCDY03", "GOLD")))
            .ShouldBe([(FeedInterrupted)gap[0] with { Contracts = both }, (FeedResumed)gap[1] with { Contracts = one }, connected[1]]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)] // bytes of the begin
    public async Task A_first_segment_of_which_nothing_was_written_is_a_gap(long length)
    {
        await RecordTwiceAsync();
        DateTimeOffset began = RecordingFolder.List(_folder.Path)[0].Name.BeganAt;
        DamagedFile.Truncate(_folder.Segments[0], length);
        FeedEvent[] gap = Gap(began, _feed.Given[InFirst].ReceivedAt, InterruptionReason.ConnectionLost, Crashed);

        (await Replayed.AllAsync(_folder.Path)).ShouldBe([.. gap, .. _feed.Given.Skip(InFirst)]);
        RecordingVerifier.Verify(_folder.Path).Gaps.Should().ContainSingle().Which.Should().Match<RecordingGap>(one => one.From == began && one.To == _feed.Given[InFirst].ReceivedAt);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task A_newest_segment_whose_files_hold_nothing_is_damage_if_it_was_compressed(long length)
    {
        await RecordTwiceAsync();
        SegmentFile newest = RecordingFolder.List(_folder.Path)[1];
        DamagedFile.Truncate(newest.FullPath, length);
        await File.WriteAllBytesAsync((newest with { IsSealed = true }).FullPath, [], Cancellation);

        foreach (DateTimeOffset? from in (DateTimeOffset?[])[null, _feed.Given[5].ReceivedAt, _feed.Given[15].ReceivedAt])
        {
            List<FeedEvent> events = await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = from });

            events.OfType<FeedInterrupted>().Should().ContainSingle().Which.Description.Should().StartWith("The recording is damaged in ");
            events.Where(static one => one is not (FeedInterrupted or FeedResumed)).ToList().ShouldBe([.. _feed.Given.Take(InFirst).Where(one => from is null || one.ReceivedAt >= from)]);
        }
    }

    [Fact]
    public async Task Damage_that_reaches_beyond_the_beginning_of_a_replay_is_announced_from_there()
    {
        await RecordTwiceAsync();
        DamagedFile.Truncate(_folder.Segments[0], 0);
        await File.WriteAllBytesAsync(Path.ChangeExtension(_folder.Segments[0], ".imerec.zst"), [], Cancellation);
        DateTimeOffset from = _feed.Given[15].ReceivedAt;

        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = from });

        events.Should().OnlyContain(one => one.ReceivedAt >= from);
        events.OfType<MarketSnapshot>().ToList().ShouldBe([.. _feed.Given.Skip(15)]);
    }

    private static FeedEvent[] Gap(DateTimeOffset from, DateTimeOffset to, InterruptionReason reason, string description) =>
    [
        new FeedInterrupted { ReceivedAt = from, Connection = 0, Contracts = MadeUpFeed.Contracts, Reason = reason, Description = description },
        new FeedResumed { ReceivedAt = to, Connection = 0, Contracts = MadeUpFeed.Contracts, Reason = reason, Gap = to - from },
    ];

    /// <summary>Records two segments, with an hour between them. Both begin with a connection. The first has ten messages, the second ten or more, with a mark after every ten.</summary>
    private async Task RecordTwiceAsync(int parts = 1)
    {
        foreach (int count in (int[])[1, parts])
        {
            await using MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }, timeProvider: _time);
            _feed.Given.Add(new FeedConnected { ReceivedAt = _feed.Now, Connection = 1, Contracts = MadeUpFeed.Contracts });
            recorder.OnEvent(_feed.Given[^1]);
            for (int part = 0; part < count; part++)
            {
                _feed.Give(recorder, 10, snapshotsOnly: true);
                await recorder.FlushAsync(Cancellation);
                _time.Advance(TimeSpan.FromSeconds(2)); // the next message comes after a mark
                _feed.Wait(TimeSpan.FromSeconds(2));
            }

            _time.Advance(TimeSpan.FromHours(1));
            _feed.Wait(TimeSpan.FromHours(1));
        }

        _folder.Segments.Should().HaveCount(2);
    }
}
