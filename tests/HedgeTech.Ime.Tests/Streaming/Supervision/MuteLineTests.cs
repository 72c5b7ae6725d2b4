using System.Net;
using System.Net.WebSockets;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Supervision;

/// <summary>Tests mute lines, which are open and deliver nothing.</summary>
public sealed class MuteLineTests : SupervisedFeed
{
    [Fact]
    public void A_silent_line_whose_replacement_is_refused_is_closed_first_and_that_is_an_outage()
    {
        FeedSupervisor supervisor = Supervisor();
        Line mute = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, mute, 1);
        _now += Silence;
        supervisor.Tick(_now);
        mute.Slot.State.Should().Be(LineSlotState.OpeningReplacement);
        supervisor.Lines.ReplacementFailed(mute, Handshake(HttpStatusCode.Forbidden), _now);
        mute.IsClosing.Should().BeTrue();
        supervisor.Lines.LineEnded(mute, Lost, _now).Should().BeOfType<LineAction.Wait>();

        Drain(supervisor).OfType<FeedInterrupted>().Should().ContainSingle().Which.Reason.Should().Be(InterruptionReason.Silence);
        supervisor.State.Should().Be(FeedState.Interrupted);
    }

    [Fact]
    public void A_mute_line_whose_replacement_is_refused_just_after_its_accept_is_closed_first()
    {
        FeedSupervisor supervisor = Supervisor();
        Line mute = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, mute, 1);
        Line refused = Replace(supervisor, mute);
        supervisor.Lines.LineEnded(refused, new ConnectionEnd(InterruptionReason.Closed, WebSocketCloseStatus.PolicyViolation, null, null), _now);
        mute.IsClosing.Should().BeTrue();
    }

    [Fact]
    public void A_mute_line_that_is_closed_first_leaves_an_outage_also_beside_a_line_that_was_accepted_a_moment_ago()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        (Line mute, Line other) = OpenTwo(supervisor);
        _now += TimeSpan.FromSeconds(5);
        Line refused = Replace(supervisor, mute);
        supervisor.Lines.LineEnded(other, Lost, _now);
        OpenOn(supervisor, other.Slot);
        supervisor.Lines.LineEnded(refused, new ConnectionEnd(InterruptionReason.Closed, WebSocketCloseStatus.PolicyViolation, null, null), _now);
        supervisor.Lines.LineEnded(mute, Lost, _now);
        _now += TimeSpan.FromMilliseconds(200);
        supervisor.Tick(_now);

        Drain(supervisor).OfType<FeedInterrupted>().Should().ContainSingle("the new line may not be subscribed yet").Which.Reason.Should().Be(InterruptionReason.Silence);
    }

    [Fact]
    public void A_line_that_was_replaced_leaves_an_outage_if_its_successor_has_ended_before_it_and_the_next_was_accepted_a_moment_ago()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line old = Open(supervisor, shard);
        ReceiveNumbered(supervisor, old, 1);
        Line successor = Replace(supervisor, old);
        _now += TimeSpan.FromSeconds(2);
        supervisor.Tick(_now);
        old.IsClosing.Should().BeTrue();
        supervisor.Lines.LineEnded(successor, Lost, _now);
        Open(supervisor, shard);
        supervisor.Lines.LineEnded(old, Lost, _now);
        _now += TimeSpan.FromMilliseconds(200);
        supervisor.Tick(_now);

        Drain(supervisor).OfType<FeedInterrupted>().Should().ContainSingle("the newest line may not be subscribed yet").Which.Reason.Should().Be(InterruptionReason.ConnectionLost);
    }

    [Fact]
    public void A_silent_line_is_kept_when_the_network_fails_its_replacement()
    {
        FeedSupervisor supervisor = Supervisor();
        Line silent = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, silent, 1);
        _now += Silence;
        supervisor.Tick(_now);
        silent.Slot.State.Should().Be(LineSlotState.OpeningReplacement);
        supervisor.Lines.ReplacementFailed(silent, Handshake(HttpStatusCode.BadGateway), _now);
        silent.IsClosing.Should().BeFalse("the market may only be quiet");
        supervisor.State.Should().Be(FeedState.Live);
    }

    [Fact]
    public void A_line_that_fell_silent_before_the_other_ended_does_not_hide_the_gap()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        (Line live, _) = OpenTwo(supervisor);
        supervisor.Tick(_now);
        ReceiveNumbered(supervisor, live, 3);
        _now += TimeSpan.FromSeconds(3);
        ReceiveNumbered(supervisor, live, 4);
        supervisor.Lines.LineEnded(live, Lost, _now);
        Drain(supervisor).OfType<FeedInterrupted>().Should().BeEmpty("the silent line has a moment to deliver a message");
        _now += TimeSpan.FromMilliseconds(200);
        supervisor.Tick(_now);

        Drain(supervisor).Should().ContainSingle().Which.Should().BeOfType<FeedInterrupted>().Which.Reason.Should().Be(InterruptionReason.ConnectionLost);
        supervisor.State.Should().Be(FeedState.Interrupted, "no line delivers a message");
    }

    [Fact]
    public void A_line_that_fell_silent_just_before_the_other_ended_does_not_hide_the_gap()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        (Line live, _) = OpenTwo(supervisor);
        supervisor.Tick(_now);
        _now += TimeSpan.FromSeconds(3);
        ReceiveNumbered(supervisor, live, 3);
        supervisor.Lines.LineEnded(live, Lost, _now);
        _now += TimeSpan.FromMilliseconds(200);
        supervisor.Tick(_now);
        Drain(supervisor).OfType<FeedInterrupted>().Should().ContainSingle();
    }

    [Fact]
    public void A_line_that_soon_shows_the_last_message_of_the_other_leaves_no_gap()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        (Line live, Line late) = OpenTwo(supervisor);
        supervisor.Tick(_now);
        _now += TimeSpan.FromSeconds(3);
        ReceiveNumbered(supervisor, live, 3);
        supervisor.Lines.LineEnded(live, Lost, _now);
        _now += TimeSpan.FromMilliseconds(50);
        ReceiveNumbered(supervisor, late, 3, 4);
        _now += TimeSpan.FromSeconds(1);
        supervisor.Tick(_now);
        Drain(supervisor).OfType<FeedInterrupted>().Should().BeEmpty();
    }

    [Fact]
    public void A_line_that_ends_unread_while_reading_waits_for_the_consumer_leaves_a_reported_gap()
    {
        FeedSupervisor supervisor = WaitingSupervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        Line fresh = Replace(supervisor, old);
        ReceiveNumbered(supervisor, old, 1);
        _now += TimeSpan.FromSeconds(10);
        supervisor.Tick(_now);
        supervisor.Lines.LineEnded(old, Lost, _now);
        _now += TimeSpan.FromMilliseconds(200);
        supervisor.Tick(_now);
        fresh.IsOver.Should().BeFalse();
        Drain(supervisor).OfType<FeedInterrupted>().Should().ContainSingle();
    }

    [Fact]
    public void A_line_that_sends_again_after_the_other_ended_ends_the_outage()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        (Line live, Line late) = OpenTwo(supervisor);
        supervisor.Tick(_now);
        ReceiveNumbered(supervisor, live, 3);
        _now += TimeSpan.FromSeconds(3);
        supervisor.Lines.LineEnded(live, Lost, _now);
        _now += TimeSpan.FromMilliseconds(200);
        supervisor.Tick(_now);
        ReceiveNumbered(supervisor, late, 5);

        Drain(supervisor).Where(static e => e is FeedInterrupted or FeedResumed).Select(static e => e.GetType())
            .Should().Equal(typeof(FeedInterrupted), typeof(FeedResumed));
        supervisor.State.Should().Be(FeedState.Live);
    }

    [Fact]
    public void A_line_is_not_replaced_while_reading_waits_for_the_consumer()
    {
        FeedSupervisor supervisor = WaitingSupervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        Line fresh = Replace(supervisor, old);
        ReceiveNumbered(supervisor, old, 1);
        supervisor.Tick(_now.AddSeconds(10));
        old.IsClosing.Should().BeFalse("the feed has read neither line");
        Drain(supervisor);
        supervisor.Tick(_now.AddSeconds(11));
        supervisor.Tick(_now.AddSeconds(13).AddMilliseconds(-1));
        old.IsClosing.Should().BeFalse("the feed has not read the line for two seconds yet");
        supervisor.Tick(_now.AddSeconds(13));
        old.IsClosing.Should().BeTrue();
        fresh.IsClosing.Should().BeFalse();
    }

    [Fact]
    public void A_line_is_replaced_despite_a_slow_consumer_once_it_has_shown_the_first_message_of_the_new_line()
    {
        FeedSupervisor supervisor = WaitingSupervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        Line fresh = Replace(supervisor, old, before: () => ReceiveNumbered(supervisor, old, 1));
        Drain(supervisor);
        ReceiveNumbered(supervisor, fresh, 2, 3);
        supervisor.Tick(_now.AddMilliseconds(100));
        old.IsClosing.Should().BeFalse("the old line may still have earlier messages on the way");
        ReceiveNumbered(supervisor, old, 2);
        supervisor.MustWait.Should().BeTrue();
        supervisor.Tick(_now.AddMilliseconds(300));
        old.IsClosing.Should().BeTrue();
    }
}
