using System.Net;
using HedgeTech.Ime.Streaming.Arbitration;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Supervision;

/// <summary>Tests which decisions of the supervisor wait for the clock.</summary>
public sealed class SupervisorClockTests : SupervisedFeed
{
    [Fact]
    public void While_an_update_waits_for_one_of_its_connections_the_clock_does_not_tick_for_the_others()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard old = supervisor.AddShard(ContractSet.ByName("A"));
        ReceiveNumbered(supervisor, Open(supervisor, old), 1);
        ContractUpdate update = supervisor.BeginUpdate(ContractSet.ByName("A", "B"), [old], [ContractSet.ByName("A"), ContractSet.ByName("B")]);
        Open(supervisor, update.New[0]);
        for (int second = 0; second < 5; second++)
        {
            _now += TimeSpan.FromSeconds(1);
            supervisor.Tick(_now);
            supervisor.NextDue(_now)!.Value.Elapsed.Should().BeGreaterThan(_now.Elapsed);
        }

        update.Decided.IsCompleted.Should().BeFalse();
        Open(supervisor, update.New[1]);
        _now += TimeSpan.FromSeconds(2);
        supervisor.Tick(_now);
        update.Decided.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Health_overlap_and_outage_use_the_monotonic_clock(int hours)
    {
        TimeSpan set = TimeSpan.FromHours(hours);
        FeedSupervisor supervisor = Supervisor();
        Shard old = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, old);
        supervisor.Tick((_now + HealthyAfter - TimeSpan.FromMilliseconds(1)).Set(set));
        line.IsProven.Should().BeFalse();
        supervisor.Tick((_now + HealthyAfter).Set(set));
        line.IsProven.Should().BeTrue();

        ContractUpdate update = supervisor.BeginUpdate(ContractSet.ByName("B"), [old], [ContractSet.ByName("B")]);
        _now = (_now + HealthyAfter).Set(set);
        Line next = Open(supervisor, update.New[0]);
        _now = _now.Set(-set);
        supervisor.Tick(_now.AddSeconds(1.9));
        update.Decided.IsCompleted.Should().BeFalse();
        supervisor.Tick(_now.AddSeconds(2));
        update.Decided.IsCompletedSuccessfully.Should().BeTrue();

        _now = _now.AddSeconds(2);
        supervisor.Lines.LineEnded(next, Lost, _now);
        _now = _now.AddSeconds(7).Set(-TimeSpan.FromHours(1));
        Receive(supervisor, Open(supervisor, update.New[0]), "B");
        Drain(supervisor).OfType<FeedResumed>().Single().Gap.Should().Be(TimeSpan.FromSeconds(7), "a clock that was set back does not shorten it");
    }

    [Fact]
    public void The_contracts_of_an_accepted_update_count_as_proven()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard old = supervisor.AddShard(ContractSet.ByName("A"));
        ReceiveNumbered(supervisor, Open(supervisor, old), 1);
        ContractUpdate update = supervisor.BeginUpdate(ContractSet.ByName("B"), [old], [ContractSet.ByName("B")]);
        Line line = Open(supervisor, update.New[0]);
        supervisor.Tick(_now.AddSeconds(2));
        supervisor.Lines.LineEnded(line, Lost, _now.AddSeconds(3));
        LineSlot slot = update.New[0].Slots[0];
        supervisor.Lines.HandshakeFailed(slot, First, Handshake(HttpStatusCode.Forbidden), _now).Should().BeOfType<LineAction.Open>();
        supervisor.Lines.HandshakeFailed(slot, Second, Handshake(HttpStatusCode.Forbidden), _now).Should().BeOfType<LineAction.Wait>("the service accepted these contracts before");
    }

    [Fact]
    public void Silence_counts_from_the_accept_of_a_new_line_and_not_from_before_the_outage()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, shard);
        ReceiveNumbered(supervisor, line, 1);
        supervisor.Lines.LineEnded(line, Lost, _now);
        _now += Silence - TimeSpan.FromSeconds(1);
        line = Open(supervisor, shard);
        supervisor.Tick(_now.AddSeconds(30));
        line.IsBeingReplaced.Should().BeFalse();
        supervisor.Tick(_now + Silence);
        line.IsBeingReplaced.Should().BeTrue();
    }

    [Fact]
    public void Messages_of_the_new_line_are_delivered_as_soon_as_it_shows_that_it_continues_where_the_other_ended()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line ended = OpenOn(supervisor, shard.Slots[0]);
        ReceiveNumbered(supervisor, ended, 1);
        Line fresh = OpenOn(supervisor, shard.Slots[1]);
        ReceiveNumbered(supervisor, ended, 2, 3);
        supervisor.Lines.LineEnded(ended, Lost, _now);
        shard.Outage.Pending.Should().NotBeNull();
        ReceiveNumbered(supervisor, fresh, 2, 3, 4);
        shard.Outage.Pending.Should().BeNull("the new line has shown a message in common");
        Drain(supervisor).OfType<MarketSnapshot>().Select(static snapshot => snapshot.Aggregate.TradeCount).Should().Equal(1, 2, 3, 4);
    }

    [Fact]
    public void The_first_messages_of_a_new_line_follow_the_interruption_that_the_end_of_the_other_caused()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A", "B"));
        Line young = OpenOn(supervisor, shard.Slots[0]);
        Line ended = OpenOn(supervisor, shard.Slots[1]);
        ReceiveNumbered(supervisor, ended, 1);
        supervisor.Lines.LineEnded(ended, Lost, _now);
        shard.Outage.Pending.Should().NotBeNull();
        Drain(supervisor);
        Receive(supervisor, young, "B");
        supervisor.Tick(_now.AddSeconds(1));

        List<FeedEvent> events = Drain(supervisor);
        events[0].Should().BeOfType<FeedInterrupted>("the other line may have lost messages of this contract");
        events.Should().Contain(static e => e is MarketSnapshot && ((MarketSnapshot)e).Contract.Value == "B");
        events[^1].Should().BeOfType<FeedResumed>();
    }

    [Fact]
    public void A_line_that_falls_too_far_behind_is_closed_and_the_close_is_logged()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        (Line live, Line lagging) = OpenTwo(supervisor);
        ReceiveNumbered(supervisor, live, [.. Enumerable.Range(3, Arbiter.DefaultBound)]);
        lagging.IsClosing.Should().BeFalse();
        while (supervisor.TryTakeAnnouncement(out _))
        {
            // Discards the events of the two connects.
        }

        supervisor.HasAnnouncements.Should().BeFalse();
        ReceiveNumbered(supervisor, live, Arbiter.DefaultBound + 3);
        lagging.IsClosing.Should().BeTrue();
        lagging.IsOver.Should().BeTrue("the line only delivers old messages");
        lagging.IsArbitrated.Should().BeFalse();
        supervisor.HasAnnouncements.Should().BeTrue();
        Diagnostics(supervisor).Should().Equal(FeedDiagnostic.LineLagged);
    }

    [Fact]
    public void A_transient_failure_of_a_login_is_an_outage_and_does_not_give_up_a_redundant_slot()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        supervisor.Lines.AttemptStarted(shard.Slots[0], _now);
        supervisor.Lines.LoginFailed(shard.Slots[0], new ImeAuthenticationException("later", isTransient: true), _now).Should().BeOfType<LineAction.Wait>();
        Drain(supervisor).Should().ContainSingle().Which.Should().BeOfType<FeedInterrupted>().Which.Reason.Should().Be(InterruptionReason.LoginFailed);

        ReceiveNumbered(supervisor, OpenOn(supervisor, shard.Slots[0]), 1);
        supervisor.Lines.AttemptStarted(shard.Slots[1], _now);
        supervisor.Lines.LoginFailed(shard.Slots[1], new ImeAuthenticationException("later", isTransient: true), _now).Should().BeOfType<LineAction.Wait>();
        shard.Slots.Should().HaveCount(2);
        Diagnostics(supervisor).Should().BeEmpty();
    }
}
