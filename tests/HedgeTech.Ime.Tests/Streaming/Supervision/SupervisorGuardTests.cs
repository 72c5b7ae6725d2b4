using HedgeTech.Ime.Streaming;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Events;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Supervision;

/// <summary>Tests what the supervisor must not do, must delay, and must clean up.</summary>
public sealed class SupervisorGuardTests : SupervisedFeed
{
    [Fact]
    public void A_line_that_is_being_closed_or_whose_feed_has_ended_is_not_replaced()
    {
        FeedSupervisor supervisor = Supervisor();
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        line.Retire();
        supervisor.Tick(_now + Silence);
        line.IsBeingReplaced.Should().BeFalse("the line is being closed");

        supervisor = Supervisor();
        line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        supervisor.EndBy(new FeedEnd());
        supervisor.Tick(_now + Silence);
        line.IsBeingReplaced.Should().BeFalse("the feed has ended");
    }

    [Fact]
    public void A_line_that_is_accepted_after_its_opening_was_cancelled_is_closed_and_not_counted()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line old = Silent(supervisor, Open(supervisor, shard));
        supervisor.Lines.LineEnded(old, Lost, _now).Should().BeOfType<LineAction.Wait>("the old line ended before the new one was open");
        Drain(supervisor);

        Line late = supervisor.Lines.LineOpened(shard.Slots[0], First, _now, old);
        late.State.Should().Be(LineState.Dropped);
        shard.Slots[0].State.Should().Be(LineSlotState.Waiting);
        Receive(supervisor, late);
        supervisor.Lines.LineEnded(late, Lost, _now).Should().BeNull();
        Drain(supervisor).Should().BeEmpty();
    }

    [Fact]
    public void Messages_of_a_joining_line_wait_for_at_most_two_seconds()
    {
        FeedSupervisor supervisor = Supervisor(redundancy: 2);
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        Line first = OpenOn(supervisor, shard.Slots[0]);
        ReceiveNumbered(supervisor, first, 1);
        Line joining = OpenOn(supervisor, shard.Slots[1]);
        supervisor.Tick(_now);
        Drain(supervisor);
        ReceiveNumbered(supervisor, joining, 2);
        Moment received = _now;
        supervisor.Tick(received.AddMilliseconds(1999));
        Drain(supervisor).Should().BeEmpty("the first line may still deliver this message or an earlier one");
        supervisor.Tick(received.AddSeconds(3));
        Drain(supervisor).OfType<MarketSnapshot>().Should().ContainSingle();
        supervisor.Statistics.Dropped.Should().Be(0);
    }

    [Fact]
    public void A_new_line_does_not_take_over_because_of_a_contract_that_the_old_lines_do_not_have()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard old = supervisor.AddShard(ContractSet.ByName("A"));
        ReceiveNumbered(supervisor, Open(supervisor, old), 1);
        ContractUpdate update = supervisor.BeginUpdate(ContractSet.ByName("A", "B"), [old], [ContractSet.ByName("A", "B")]);
        Line fresh = Open(supervisor, update.New[0]);
        Receive(supervisor, fresh, "B");
        supervisor.Tick(_now.AddSeconds(1));
        update.Decided.IsCompleted.Should().BeFalse("the new line may still miss messages of the other one");
        ReceiveNumbered(supervisor, fresh, 2);
        supervisor.Tick(_now.AddMilliseconds(200));
        update.Decided.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public void After_an_update_one_snapshot_of_each_new_contract_can_wait()
    {
        FeedOptions options = new() { Capacity = 1, Overflow = FeedOverflow.DropOldest };
        FeedSupervisor supervisor = new(new FeedBuffer(options, 1, snapshotsOnly: true), options, new FeedPolicy(null, HealthyAfter, RefusedFor, KeepAlives, CanRenewToken: true, RotatesConnections: true));
        Shard old = supervisor.AddShard(ContractSet.ByName("A"));
        Open(supervisor, old);
        ContractUpdate update = supervisor.BeginUpdate(ContractSet.ByName("B", "C", "D"), [old], [ContractSet.ByName("B", "C", "D")]);
        Line fresh = Open(supervisor, update.New[0]);
        Receive(supervisor, fresh, "B");
        Receive(supervisor, fresh, "C");
        Receive(supervisor, fresh, "D");
        supervisor.Statistics.Should().Match<FeedStatistics>(statistics => statistics.Waiting == 3 && statistics.Dropped == 0);
    }

    [Fact]
    public void An_update_that_is_cancelled_while_it_connects_leaves_nothing_in_memory()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard old = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, old);
        ContractUpdate update = supervisor.BeginUpdate(ContractSet.ByName("A", "B"), [old], [ContractSet.ByName("A", "B")]);
        supervisor.Lines.AttemptStarted(update.New[0].Slots[0], _now);
        ReceiveNumbered(supervisor, line, 1, 2);
        supervisor.Remembered.Should().Be(2);
        supervisor.AbandonUpdate(new OperationCanceledException());
        update.Decided.IsFaulted.Should().BeTrue();
        _ = update.Decided.Exception;
        supervisor.Remembered.Should().Be(0);
        line.IsArbitrated.Should().BeFalse("the shard has a single line again");
    }

    [Fact]
    public void A_message_sets_the_timer_only_when_something_may_be_due_earlier()
    {
        FeedSupervisor supervisor = Supervisor();
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        supervisor.NextDue(_now);
        ReceiveNumbered(supervisor, line, 1);
        supervisor.IsTimerStale.Should().BeTrue("the line may take over after its first message");
        supervisor.NextDue(_now);
        supervisor.IsTimerStale.Should().BeFalse();
        ReceiveNumbered(supervisor, line, 2, 3);
        supervisor.IsTimerStale.Should().BeFalse("a message does not set a timer");
    }

    /// <summary>Returns a line that is about to be replaced because of its silence.</summary>
    private Line Silent(FeedSupervisor supervisor, Line line)
    {
        supervisor.Tick(_now + Silence);
        line.IsBeingReplaced.Should().BeTrue();
        return line;
    }
}
