using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Recording.Tests;

public sealed class RecordAndReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, true, 64 * 1024, 0)]
    [InlineData(2, false, 64 * 1024, 0)]
    [InlineData(3, true, 4 * 1024 * 1024, 2000)]
    [InlineData(4, false, 256 * 1024 * 1024, 2000)]
    public async Task A_replay_has_every_recorded_event_in_order(int seed, bool compress, long segmentBytes, int padding)
    {
        MadeUpFeed feed = new(seed) { Padding = padding };
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = compress, SegmentBytes = segmentBytes }))
        {
            feed.Give(recorder, 5_000);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);

            recorder.Statistics.Lost.Should().Be(0);
            recorder.Statistics.Failure.Should().BeNull();
            (recorder.Statistics.Snapshots, recorder.Statistics.Events).Should().Be((feed.Given.Count(static one => one is MarketSnapshot), feed.Given.Count(static one => one is not MarketSnapshot)));
            (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
        }

        _folder.Segments.Should().Contain(path => path.EndsWith(compress ? ".zst" : ".imerec", StringComparison.Ordinal)).And.NotContain(static path => path.EndsWith(".tmp", StringComparison.Ordinal));
        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
        ReplaySource source = new(_folder.Path);
        source.Contracts.Should().Equal(MadeUpFeed.Contracts);
        (source.Begin, source.End).Should().Be((feed.Given[0].ReceivedAt, feed.Given[^1].ReceivedAt));
        RecordingReport report = RecordingVerifier.Verify(_folder.Path);
        report.Damage.Should().BeEmpty();
        report.Gaps.Should().BeEmpty();
        (report.Snapshots + report.Events).Should().Be(feed.Given.Count);
        (report.Begin, report.End).Should().Be((source.Begin, source.End));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replay_of_some_contracts_has_their_snapshots_and_all_their_events(bool areKnown)
    {
        MadeUpFeed feed = new(5);
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            feed.Give(recorder, 1_000, snapshotsOnly: !areKnown);
        }

        ContractSet wanted = [ContractKey.Id("276"), ContractKey.Name("not recorded")];
        (await Replayed.AllAsync(_folder.Path, contracts: wanted)).ShouldBe([.. feed.Given.Where(static one => one is not MarketSnapshot snapshot || snapshot.Contract == ContractKey.Id("276"))]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replay_starts_and_ends_at_the_given_times(bool compress)
    {
        MadeUpFeed feed = new(6) { Padding = 4000 };
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = compress, SegmentBytes = 8 * 1024 * 1024 }))
        {
            feed.Give(recorder, 12_000);
        }

        Random random = new(6);
        for (int time = 0; time < 40; time++)
        {
            DateTimeOffset from = feed.Given[random.Next(feed.Given.Count)].ReceivedAt;
            DateTimeOffset to = from.AddSeconds(random.Next(9));

            (await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = from, To = to })).ShouldBe([.. feed.Given.Where(one => one.ReceivedAt >= from && one.ReceivedAt <= to)]);
        }

        (await Replayed.AllAsync(_folder.Path, new ReplayOptions { From = feed.Now.AddDays(1) })).Should().BeEmpty();
        (await Replayed.AllAsync(_folder.Path, new ReplayOptions { To = feed.Given[0].ReceivedAt.AddDays(-1) })).Should().BeEmpty();
    }

    [Fact]
    public async Task A_replay_has_the_frames_if_the_client_kept_them_or_the_options_request_them()
    {
        MadeUpFeed kept = new(7) { KeepFrames = true };
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            kept.Give(recorder, 200);
        }

        (await Replayed.AllAsync(_folder.Path)).ShouldBe(kept.Given);

        using TemporaryFolder other = new();
        MadeUpFeed bare = new(7);
        await using (MarketRecorder recorder = new(other.Path))
        {
            bare.Give(recorder, 200);
        }

        (await Replayed.AllAsync(other.Path)).ShouldBe(bare.Given);
        (await Replayed.AllAsync(other.Path, new ReplayOptions { KeepFrames = true })).ShouldBe(kept.Given);
    }

    [Fact]
    public async Task A_replay_reads_timestamps_at_the_offset_of_the_recorded_client()
    {
        MadeUpFeed feed = new(8) { Offset = new TimeSpan(-9, -30, 0), KeepFrames = true };
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            feed.Give(recorder, 200);
        }

        feed.Given.OfType<MarketSnapshot>().Should().Contain(static one => one.Timestamp.Offset == new TimeSpan(-9, -30, 0));
        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
    }

    [Fact]
    public async Task A_recording_that_is_stopped_and_restarted_has_a_gap()
    {
        MadeUpFeed feed = new(9);
        List<FeedEvent> expected = [];
        for (int time = 0; time < 3; time++)
        {
            await using MarketRecorder recorder = new(_folder.Path);
            int given = feed.Given.Count;
            FeedConnected connected = new() { ReceivedAt = feed.Now, Connection = 1, Contracts = MadeUpFeed.Contracts };
            if (time > 0)
            {
                recorder.OnEvent(connected);
            }

            feed.Give(recorder, 100, snapshotsOnly: time > 0);
            if (time > 0)
            {
                DateTimeOffset from = expected[^1].ReceivedAt;
                DateTimeOffset to = connected.ReceivedAt;
                expected.Add(new FeedInterrupted { ReceivedAt = from, Connection = 0, Contracts = MadeUpFeed.Contracts, Reason = InterruptionReason.Closed, Description = "Nothing was recorded: the recording was stopped." });
                expected.Add(new FeedResumed { ReceivedAt = to, Connection = 0, Contracts = MadeUpFeed.Contracts, Reason = InterruptionReason.Closed, Gap = to - from });
                expected.Add(connected);
            }

            expected.AddRange(feed.Given.Skip(given));
            feed.Wait(TimeSpan.FromHours(1));
        }

        (await Replayed.AllAsync(_folder.Path)).ShouldBe(expected);
        RecordingVerifier.Verify(_folder.Path).Gaps.Select(static gap => gap.To - gap.From).Should().HaveCount(2).And.OnlyContain(static gap => gap >= TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_gap_in_the_recording_within_an_outage_only_ends_the_outage()
    {
        MadeUpFeed feed = new(10);
        FeedInterrupted interrupted = new() { ReceivedAt = feed.Now.AddMinutes(1), Connection = 1, Contracts = MadeUpFeed.Contracts, Reason = InterruptionReason.ConnectionLost };
        FeedConnected connected = new() { ReceivedAt = feed.Now, Connection = 1, Contracts = MadeUpFeed.Contracts };
        FeedConnected again = connected with { ReceivedAt = feed.Now.AddHours(1) };
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            recorder.OnEvent(connected);
            recorder.OnEvent(interrupted);
        }

        await using (MarketRecorder recorder = new(_folder.Path))
        {
            recorder.OnEvent(again);
        }

        (await Replayed.AllAsync(_folder.Path)).ShouldBe(
        [
            connected,
            interrupted,
            new FeedResumed { ReceivedAt = again.ReceivedAt, Connection = 1, Contracts = MadeUpFeed.Contracts, Reason = InterruptionReason.ConnectionLost, Gap = again.ReceivedAt - interrupted.ReceivedAt },
            again,
        ]);
    }

    [Fact]
    public async Task The_end_of_a_feed_ends_the_segment_and_the_next_feed_starts_another_after_a_gap()
    {
        MadeUpFeed feed = new(11);
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }))
        {
            feed.Give(recorder, 10);
            recorder.OnEnd(null);
            feed.Wait(TimeSpan.FromMinutes(5));
            feed.Give(recorder, 10, snapshotsOnly: true);
        }

        _folder.Segments.Should().HaveCount(2);
        List<FeedEvent> events = await Replayed.AllAsync(_folder.Path);
        events.OfType<FeedResumed>().Single(static one => one.Connection == 0).Gap.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(5));
        List<FeedEvent> recorded = [.. events.Where(static one => one is not (FeedInterrupted { Connection: 0 } or FeedResumed { Connection: 0 }))];
        recorded.ShouldBe(feed.Given);
    }

    [Fact]
    public async Task A_segment_ends_after_its_duration_or_at_midnight_in_Tehran_without_a_gap()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 3, 19, 0, 0, TimeSpan.Zero));
        MadeUpFeed feed = new(12, time.GetUtcNow());
        await using (MarketRecorder recorder = new(_folder.Path, new RecordingOptions { Compress = false }, timeProvider: time))
        {
            for (int half = 0; half < 5; half++)
            {
                feed.Give(recorder, 10);
                await recorder.FlushAsync(TestContext.Current.CancellationToken);
                time.Advance(TimeSpan.FromMinutes(35));
                feed.Wait(TimeSpan.FromMinutes(35));
            }
        }

        // The first segment has 22:30 and 23:05. The second one has 23:40 and starts after an hour. The third one has 00:15 and 00:50 and starts at the change of the date.
        _folder.Segments.Select(static path => Path.GetFileName(Path.GetDirectoryName(path))).Should().Equal("2026-01-03", "2026-01-03", "2026-01-04");
        _folder.Segments.Select(static path => Path.GetFileName(path)[..24]).Should().Equal("00000001-20260103T190000", "00000002-20260103T201000", "00000003-20260103T204500");
        (await Replayed.AllAsync(_folder.Path)).ShouldBe(feed.Given);
    }

    [Fact]
    public async Task Contracts_that_a_continued_recording_omits_stay_interrupted_until_they_are_recorded_again()
    {
        MadeUpFeed feed = new(13);
        ContractSet all = ContractSet.ByName("SAFAB03", "ETCDY03");
        ContractSet fewer = ContractSet.ByName("SAFAB03");
        ContractSet gone = ContractSet.ByName("ETCDY03");
        List<FeedConnected> connected = [];
        foreach (ContractSet contracts in (ContractSet[])[all, fewer, all])
        {
            await using MarketRecorder recorder = new(_folder.Path);
            connected.Add(new FeedConnected { ReceivedAt = feed.Now, Connection = 1, Contracts = contracts });
            recorder.OnEvent(connected[^1]);
            feed.Wait(TimeSpan.FromHours(1));
        }

        (await Replayed.AllAsync(_folder.Path, contracts: all)).ShouldBe(
        [
            connected[0],
            Interrupted(0, all),
            Resumed(0, 1, fewer),
            connected[1],
            Interrupted(1, fewer),
            Resumed(0, 2, gone),
            Resumed(1, 2, fewer),
            connected[2],
        ]);
        (await Replayed.AllAsync(_folder.Path, contracts: gone)).ShouldBe([connected[0], Interrupted(0, gone), Resumed(0, 2, gone), connected[2]]);

        FeedInterrupted Interrupted(int at, ContractSet contracts) =>
            new() { ReceivedAt = connected[at].ReceivedAt, Connection = 0, Contracts = contracts, Reason = InterruptionReason.Closed, Description = "Nothing was recorded: the recording was stopped." };
        FeedResumed Resumed(int from, int at, ContractSet contracts) =>
            new() { ReceivedAt = connected[at].ReceivedAt, Connection = 0, Contracts = contracts, Reason = InterruptionReason.Closed, Gap = TimeSpan.FromHours(at - from) };
    }

    [Fact]
    public async Task An_outage_of_contracts_that_a_continued_recording_omits_does_not_end()
    {
        MadeUpFeed feed = new(14);
        ContractSet all = ContractSet.ByName("SAFAB03", "ETCDY03");
        ContractSet fewer = ContractSet.ByName("SAFAB03");
        FeedConnected connected = new() { ReceivedAt = feed.Now, Connection = 1, Contracts = all };
        FeedInterrupted interrupted = new() { ReceivedAt = feed.Now, Connection = 1, Contracts = all, Reason = InterruptionReason.ConnectionLost };
        FeedConnected again = new() { ReceivedAt = feed.Now.AddHours(1), Connection = 1, Contracts = fewer };
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            recorder.OnEvent(connected);
            recorder.OnEvent(interrupted);
        }

        await using (MarketRecorder recorder = new(_folder.Path))
        {
            recorder.OnEvent(again);
        }

        (await Replayed.AllAsync(_folder.Path, contracts: all)).ShouldBe(
        [
            connected,
            interrupted,
            new FeedResumed { ReceivedAt = again.ReceivedAt, Connection = 1, Contracts = fewer, Reason = InterruptionReason.ConnectionLost, Gap = TimeSpan.FromHours(1) },
            again,
        ]);
    }

    [Fact]
    public async Task Messages_that_arrived_too_late_are_announced_in_their_place_and_not_counted_as_lost_by_the_disk()
    {
        MadeUpFeed feed = new(15);
        SnapshotsDropped late;
        await using (MarketRecorder recorder = new(_folder.Path))
        {
            feed.Give(recorder, 10, snapshotsOnly: true);
            late = new SnapshotsDropped { ReceivedAt = feed.Now, Count = 3 };
            recorder.OnEvent(late);
            feed.Give(recorder, 10, snapshotsOnly: true);
            await recorder.FlushAsync(TestContext.Current.CancellationToken);
            recorder.Statistics.Lost.Should().Be(0);
        }

        (await Replayed.AllAsync(_folder.Path)).ShouldBe([.. feed.Given.Take(10), late, .. feed.Given.Skip(10)]);
        RecordingVerifier.Verify(_folder.Path).Lost.Should().Be(3);
    }
}
