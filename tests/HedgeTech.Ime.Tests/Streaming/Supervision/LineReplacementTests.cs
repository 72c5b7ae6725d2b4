using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Supervision;

/// <summary>Tests lines that are replaced while the new line overlaps with the old one.</summary>
public sealed class LineReplacementTests : SupervisedFeed
{
    [Fact]
    public void A_silent_line_is_replaced_without_an_outage_and_each_message_is_delivered_once()
    {
        FeedSupervisor supervisor = Supervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, old, 1);
        Line fresh = Replace(supervisor, old, before: () => ReceiveNumbered(supervisor, old, 2));
        ReceiveNumbered(supervisor, fresh, 2, 3, 4);
        ReceiveNumbered(supervisor, old, 3, 4, 5);
        ReceiveNumbered(supervisor, fresh, 5);
        supervisor.Tick(_now);
        old.IsClosing.Should().BeFalse("the old line may still have messages on the way");
        _now = supervisor.NextDue(_now)!.Value;
        supervisor.Tick(_now);
        old.IsClosing.Should().BeTrue();
        ReceiveNumbered(supervisor, old, 6);
        ReceiveNumbered(supervisor, fresh, 6, 7);
        supervisor.Lines.LineEnded(old, Lost, _now).Should().BeNull();

        List<FeedEvent> events = Drain(supervisor);
        events.OfType<MarketSnapshot>().Select(static snapshot => snapshot.Aggregate.TradeCount).Should().Equal(1, 2, 3, 4, 5, 6, 7);
        events.OfType<FeedInterrupted>().Should().BeEmpty();
        fresh.IsArbitrated.Should().BeFalse("messages of a single line bypass the arbiter");
        supervisor.Lines.LineEnded(fresh, Lost, _now).Should().BeOfType<LineAction.Wait>();
        Drain(supervisor).Should().ContainSingle().Which.Should().BeOfType<FeedInterrupted>();
    }

    [Fact]
    public void A_new_line_that_shows_nothing_is_trusted_two_seconds_after_its_accept()
    {
        FeedSupervisor supervisor = Supervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, old, 1);
        Replace(supervisor, old);
        supervisor.Tick(_now + TimeSpan.FromMilliseconds(1999));
        old.IsClosing.Should().BeFalse("the service subscribes only after it accepts");
        supervisor.Tick(_now + TimeSpan.FromSeconds(2));
        old.IsClosing.Should().BeTrue();
    }

    [Fact]
    public void Messages_that_only_the_new_line_has_shown_are_delivered_when_the_old_one_ends()
    {
        FeedSupervisor supervisor = Supervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, old, 1);
        Line fresh = Replace(supervisor, old);
        Drain(supervisor);
        ReceiveNumbered(supervisor, fresh, 2, 3);
        Drain(supervisor).Should().BeEmpty("the old line may still show earlier messages");
        _now += TimeSpan.FromSeconds(2);
        supervisor.Lines.LineEnded(old, Lost, _now).Should().BeNull();

        Drain(supervisor).OfType<MarketSnapshot>().Select(static snapshot => snapshot.Aggregate.TradeCount).Should().Equal(2, 3);
        supervisor.State.Should().Be(FeedState.Live);
        supervisor.Statistics.Should().Match<FeedStatistics>(s => s.Received == 3 && s.Delivered == 3);
    }

    [Fact]
    public void An_old_line_that_ends_before_the_new_one_is_sure_to_be_subscribed_leaves_an_outage()
    {
        FeedSupervisor supervisor = Supervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, old, 1);
        Line fresh = Replace(supervisor, old);
        Drain(supervisor);
        supervisor.Lines.LineEnded(old, Lost, _now).Should().BeNull();
        ReceiveNumbered(supervisor, fresh, 3);
        Drain(supervisor).Should().BeEmpty("the new line has a moment to show a message in common");
        _now = supervisor.NextDue(_now)!.Value;
        supervisor.Tick(_now);

        Drain(supervisor).Select(static e => e.GetType()).Should().Equal(typeof(FeedInterrupted), typeof(MarketSnapshot), typeof(FeedResumed));
    }

    [Fact]
    public void An_old_line_that_ends_while_the_new_one_shows_a_message_in_common_leaves_no_outage()
    {
        FeedSupervisor supervisor = Supervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, old, 1);
        Line fresh = Replace(supervisor, old, before: () => ReceiveNumbered(supervisor, old, 2));
        Drain(supervisor);
        supervisor.Lines.LineEnded(old, Lost, _now).Should().BeNull();
        ReceiveNumbered(supervisor, fresh, 2, 3);
        supervisor.Tick(_now.AddSeconds(1));
        Drain(supervisor).Should().ContainSingle().Which.Should().BeOfType<MarketSnapshot>().Which.Aggregate.TradeCount.Should().Be(3);
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    public void A_replaced_line_that_breaks_before_it_is_read_to_its_end_leaves_an_outage_unless_the_new_line_shows_a_message_in_common(bool isOrderly, bool sharesMessage, bool leavesOutage)
    {
        FeedSupervisor supervisor = Supervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, old, 1);
        Line fresh = Replace(supervisor, old, before: () => ReceiveNumbered(supervisor, old, 2));
        Drain(supervisor);
        _now += TimeSpan.FromSeconds(2);
        ReceiveNumbered(supervisor, fresh, sharesMessage ? [2, 3] : [9]);
        supervisor.Tick(_now);
        old.State.Should().Be(LineState.Closing);
        supervisor.Lines.LineEnded(old, isOrderly ? Lost with { Reason = InterruptionReason.Closed } : Lost, _now).Should().BeNull();
        _now += TimeSpan.FromMilliseconds(200);
        supervisor.Tick(_now);

        List<FeedEvent> events = Drain(supervisor);
        events.OfType<FeedInterrupted>().Select(static interrupted => interrupted.Description).Should().Equal(
            leavesOutage ? ["Another connection replaced it, and it broke before the rest of its messages was read."] : Array.Empty<string>());
        events.OfType<FeedResumed>().Should().HaveCount(leavesOutage ? 1 : 0);
        events.Should().ContainSingle(static e => e is MarketSnapshot);
        events[0].Should().BeOfType(leavesOutage ? typeof(FeedInterrupted) : typeof(MarketSnapshot), "the outage is announced before the messages of the new line");
    }

    [Theory]
    [InlineData("A", "B", true)]
    [InlineData("C", "D", false)]
    public void A_line_of_an_updated_set_that_breaks_before_it_is_read_to_its_end_leaves_an_outage_of_the_connection_that_has_its_contracts_now(string first, string second, bool leavesOutage)
    {
        FeedSupervisor supervisor = Supervisor();
        Shard old = supervisor.AddShard(ContractSet.ByName("A"));
        Line line = Open(supervisor, old);
        Receive(supervisor, line);
        ContractUpdate update = supervisor.BeginUpdate(ContractSet.ByName(first, second), [old], [ContractSet.ByName(first, second)]);
        Receive(supervisor, Open(supervisor, update.New[0]), second);
        _now += TimeSpan.FromSeconds(2);
        supervisor.Tick(_now);
        update.Decided.IsCompletedSuccessfully.Should().BeTrue();
        Drain(supervisor);
        supervisor.Lines.LineEnded(line, Lost, _now);

        List<FeedEvent> events = Drain(supervisor);
        events.Select(static e => e.GetType()).Should().Equal(leavesOutage ? [typeof(FeedInterrupted), typeof(FeedResumed)] : Type.EmptyTypes);
        events.OfType<FeedInterrupted>().Where(interrupted => interrupted.Connection != 1 || interrupted.Contracts != update.New[0].Contracts).Should().BeEmpty();
        supervisor.State.Should().Be(FeedState.Live);
    }

    [Fact]
    public void A_new_line_that_ends_before_the_old_one_leaves_the_old_one_unchanged()
    {
        FeedSupervisor supervisor = Supervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, old, 1);
        Line fresh = Replace(supervisor, old);
        Drain(supervisor);
        supervisor.Lines.LineEnded(fresh, Lost, _now).Should().BeNull();
        ReceiveNumbered(supervisor, old, 2);
        Drain(supervisor).Should().ContainSingle().Which.Should().BeOfType<MarketSnapshot>();
        old.IsArbitrated.Should().BeFalse();
    }

    [Fact]
    public void A_failed_replacement_leaves_the_old_line_unchanged()
    {
        FeedSupervisor supervisor = Supervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, old, 1);
        _now += new FeedOptions().SilenceTimeout;
        supervisor.Tick(_now);
        old.Slot.State.Should().Be(LineSlotState.OpeningReplacement);
        ReceiveNumbered(supervisor, old, 2);
        supervisor.Lines.ReplacementFailed(old, Handshake(null), _now);
        ReceiveNumbered(supervisor, old, 3);

        old.IsArbitrated.Should().BeFalse();
        Drain(supervisor).OfType<MarketSnapshot>().Select(static snapshot => snapshot.Aggregate.TradeCount).Should().Equal(1, 2, 3);
    }

    [Fact]
    public void A_shard_that_is_down_sets_no_timer()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        supervisor.NextDue(_now).Should().BeNull("nothing is connected yet");
        Line line = Open(supervisor, shard);
        ReceiveNumbered(supervisor, line, 1);
        supervisor.NextDue(_now).Should().Be(_now + new FeedOptions().SilenceTimeout);
        supervisor.Lines.LineEnded(line, Lost, _now);
        _now += TimeSpan.FromHours(1);
        supervisor.NextDue(_now).Should().BeNull("an outage needs no timer");
        supervisor.Tick(_now);
        Drain(supervisor).OfType<FeedSilent>().Should().BeEmpty("an outage is not silence");
    }

    [Fact]
    public void A_line_that_is_not_read_because_the_buffer_is_full_is_not_silent()
    {
        FeedSupervisor supervisor = WaitingSupervisor();
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, line, 1);
        supervisor.Tick(_now.AddHours(1));
        line.IsBeingReplaced.Should().BeFalse("the buffer is full, so nothing is read");
        Drain(supervisor);
        supervisor.Tick(_now.AddHours(1).AddSeconds(59));
        line.IsBeingReplaced.Should().BeFalse("silence counts from the time when reading could continue");
        supervisor.Tick(_now.AddHours(1).AddSeconds(60));
        line.IsBeingReplaced.Should().BeTrue();
    }
}
