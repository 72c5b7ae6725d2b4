using System.Net;
using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Supervision;

/// <summary>Tests two lines for the same contracts.</summary>
public sealed class RedundantLineTests : SupervisedFeed
{
    [Fact]
    public void Only_the_mute_one_of_two_lines_is_replaced_at_the_time_out()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        (Line live, Line mute) = OpenTwo(supervisor);
        ReceiveNumbered(supervisor, live, 3);
        KeepBoth(supervisor, live, Start + Silence - TimeSpan.FromMilliseconds(1), 4);
        mute.IsBeingReplaced.Should().BeFalse();
        KeepBoth(supervisor, live, Start + Silence, 5);

        mute.IsBeingReplaced.Should().BeTrue();
        live.IsBeingReplaced.Should().BeFalse();
        Diagnostics(supervisor).Should().Equal(FeedDiagnostic.LineMute);
        Drain(supervisor).OfType<FeedSilent>().Should().BeEmpty("the shard is not silent");
    }

    [Fact]
    public void A_line_that_sends_again_is_no_longer_behind()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        (Line live, Line late) = OpenTwo(supervisor);
        ReceiveNumbered(supervisor, live, 3);
        _now += Silence - TimeSpan.FromSeconds(1);
        ReceiveNumbered(supervisor, late, 3);
        KeepBoth(supervisor, live, _now + TimeSpan.FromSeconds(2), 4);
        late.IsBeingReplaced.Should().BeFalse();
        Diagnostics(supervisor).Should().BeEmpty();
    }

    [Fact]
    public void When_the_market_becomes_quiet_no_line_counts_as_mute()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        (Line first, Line second) = OpenTwo(supervisor);
        for (int number = 3; number < 10; number++)
        {
            (Line leading, Line following) = number % 2 == 0 ? (first, second) : (second, first);
            ReceiveNumbered(supervisor, leading, number);
            _now += TimeSpan.FromMilliseconds(1);
            ReceiveNumbered(supervisor, following, number);
            _now += Silence - TimeSpan.FromMilliseconds(1);
            KeepBoth(supervisor, leading, _now, number + 100);
            ReceiveNumbered(supervisor, following, number + 100);
        }

        first.StalledSince.Should().BeNull();
        second.StalledSince.Should().BeNull();
        Diagnostics(supervisor).Should().BeEmpty();
    }

    [Fact]
    public void A_mute_line_is_noticed_exactly_when_its_time_is_over()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        (Line live, Line mute) = OpenTwo(supervisor);
        KeepBoth(supervisor, live, Start + TimeSpan.FromSeconds(11), 3);
        KeepBoth(supervisor, live, Start + TimeSpan.FromSeconds(50), 4);
        supervisor.NextDue(_now)!.Value.Elapsed.Should().BeLessThanOrEqualTo((Start + TimeSpan.FromSeconds(11) + Silence).Elapsed);
        KeepBoth(supervisor, live, Start + TimeSpan.FromSeconds(11) + Silence, 5);
        mute.IsBeingReplaced.Should().BeTrue();
        supervisor.NextDue(_now)!.Value.Elapsed.Should().BeGreaterThan(_now.Elapsed, "the supervisor checks the line once");
    }

    [Fact]
    public void Outside_trading_hours_a_line_that_missed_the_last_message_is_kept()
    {
        FeedOptions options = new() { Redundancy = 2, TradingHours = TradingHours.SaturdayToWednesday(new TimeOnly(10, 0), new TimeOnly(10, 1)) };
        FeedSupervisor supervisor = new(_buffer, options, new FeedPolicy(null, HealthyAfter, RefusedFor, KeepAlives, CanRenewToken: true, RotatesConnections: true));
        (Line live, Line mute) = OpenTwo(supervisor);
        KeepBoth(supervisor, live, Start + TimeSpan.FromSeconds(30), 3);
        for (; _now < Start.AddHours(8); _now += TimeSpan.FromSeconds(20))
        {
            supervisor.Tick(_now);
            (supervisor.NextDue(_now)?.Elapsed ?? TimeSpan.MaxValue).Should().BeGreaterThan(_now.Elapsed, "the same check is not due again immediately");
        }

        mute.IsBeingReplaced.Should().BeFalse();
    }

    [Fact]
    public void A_mute_line_is_kept_if_silence_is_ignored()
    {
        FeedOptions options = new() { Redundancy = 2, SilenceTimeout = Timeout.InfiniteTimeSpan };
        FeedSupervisor supervisor = new(_buffer, options, new FeedPolicy(null, HealthyAfter, RefusedFor, KeepAlives, CanRenewToken: true, RotatesConnections: true));
        (Line live, Line mute) = OpenTwo(supervisor);
        ReceiveNumbered(supervisor, live, 3);
        KeepBoth(supervisor, live, _now.AddHours(5), 4);
        mute.IsBeingReplaced.Should().BeFalse();
    }

    [Fact]
    public void A_slot_whose_lines_end_ten_times_right_after_an_accept_of_the_other_line_is_given_up_and_logged_once()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = OpenOn(supervisor, shard.Slots[0]);
        int slot = 1;
        for (int cut = 1; cut < 10; cut++)
        {
            Line next = OpenOn(supervisor, shard.Slots[slot]);
            _now += TimeSpan.FromMilliseconds(99);
            supervisor.Lines.LineEnded(line, Lost, _now).Should().BeOfType<LineAction.Wait>("cut {0}", cut);
            (line, slot) = (next, 1 - slot);
        }

        Diagnostics(supervisor).Should().BeEmpty();
        OpenOn(supervisor, shard.Slots[slot]);
        supervisor.Lines.LineEnded(line, Lost, _now).Should().BeOfType<LineAction.Stop>();
        Diagnostics(supervisor).Should().Equal(FeedDiagnostic.RedundancyGivenUp);
        shard.Slots.Should().ContainSingle();
    }

    [Fact]
    public void Lines_that_end_at_any_other_time_are_always_opened_again()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = OpenOn(supervisor, shard.Slots[0]);
        int slot = 1;
        for (int cut = 1; cut < 50; cut++)
        {
            // After nine evictions the next line survives, so the count starts again.
            Line next = OpenOn(supervisor, shard.Slots[slot]);
            _now += TimeSpan.FromMilliseconds(cut % 10 == 0 ? 100 : 10);
            supervisor.Lines.LineEnded(line, Lost, _now).Should().BeOfType<LineAction.Wait>("cut {0}", cut);
            (line, slot) = (next, 1 - slot);
        }

        Diagnostics(supervisor).Should().BeEmpty();
        shard.Slots.Should().HaveCount(2);
    }

    [Fact]
    public void A_second_line_that_is_always_refused_is_retried_and_the_refusal_is_logged_once()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        ReceiveNumbered(supervisor, OpenOn(supervisor, shard.Slots[0]), 1);
        for (int refusal = 1; refusal <= 10; refusal++)
        {
            supervisor.Lines.AttemptStarted(shard.Slots[1], _now);
            supervisor.Lines.HandshakeFailed(shard.Slots[1], refusal == 1 ? First : Second, Handshake(HttpStatusCode.Forbidden), _now)
                .Should().BeOfType(refusal == 1 ? typeof(LineAction.Open) : typeof(LineAction.Wait));
        }

        Diagnostics(supervisor).Should().Equal(FeedDiagnostic.RedundancyRefused);
        supervisor.State.Should().Be(FeedState.Live);
        Drain(supervisor).OfType<FeedInterrupted>().Should().BeEmpty();
    }

    [Fact]
    public void A_final_login_failure_of_the_second_line_does_not_affect_the_first()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        ReceiveNumbered(supervisor, OpenOn(supervisor, shard.Slots[0]), 1);
        supervisor.Lines.AttemptStarted(shard.Slots[1], _now);
        supervisor.Lines.LoginFailed(shard.Slots[1], new ImeAuthenticationException("no", isTransient: false), _now).Should().BeOfType<LineAction.Stop>();
        Diagnostics(supervisor).Should().Equal(FeedDiagnostic.RedundancyRefused);
        supervisor.End.Should().BeNull();
        shard.Slots.Should().ContainSingle();
    }

    [Fact]
    public void Each_episode_of_drops_is_logged_once()
    {
        FeedOptions options = new() { Capacity = 1 };
        FeedSupervisor supervisor = new(new FeedBuffer(options, 1, snapshotsOnly: true), options, default(FeedPolicy) with { HealthyAfter = HealthyAfter });
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        supervisor.TryTakeAnnouncement(out _).Should().BeTrue("the shard has connected");
        for (int episode = 0; episode < 3; episode++)
        {
            ReceiveNumbered(supervisor, line, 1);
            supervisor.HasAnnouncements.Should().BeFalse();
            ReceiveNumbered(supervisor, line, 2, 3);
            supervisor.HasAnnouncements.Should().BeTrue();
            supervisor.TryTakeAnnouncement(out FeedEvent? dropped).Should().BeTrue();
            dropped.Should().BeOfType<SnapshotsDropped>().Which.Count.Should().Be(1);
            supervisor.HasAnnouncements.Should().BeFalse("one announcement is enough");
            Drain(supervisor);
        }
    }

    private void KeepBoth(FeedSupervisor supervisor, Line live, Moment now, int number)
    {
        _now = now;
        ReceiveNumbered(supervisor, live, number);
        supervisor.Tick(_now);
    }
}
