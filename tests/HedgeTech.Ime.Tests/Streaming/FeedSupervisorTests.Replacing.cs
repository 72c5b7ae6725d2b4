using HedgeTech.Ime.Streaming;

namespace HedgeTech.Ime.Tests.Streaming;

/// <content>Lines that are replaced by overlap.</content>
public sealed partial class FeedSupervisorTests
{
    [Fact]
    public void Two_lines_deliver_each_message_once_and_the_end_of_one_is_no_outage()
    {
        FeedSupervisor supervisor = Supervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, old, 1);
        FeedSupervisor.ReplacementStarted(old);
        ReceiveNumbered(supervisor, old, 2);
        Line fresh = supervisor.ReplacementOpened(old, First, _now);
        ReceiveNumbered(supervisor, fresh, 2, 3, 4);
        ReceiveNumbered(supervisor, old, 3, 4, 5);
        ReceiveNumbered(supervisor, fresh, 5);
        supervisor.Retire(old, _now);
        ReceiveNumbered(supervisor, old, 6);
        ReceiveNumbered(supervisor, fresh, 6, 7);

        List<FeedEvent> events = Drain(supervisor);
        events.OfType<MarketSnapshot>().Select(static snapshot => snapshot.Aggregate.TradeCount).Should().Equal(1, 2, 3, 4, 5, 6, 7);
        events.OfType<FeedInterrupted>().Should().BeEmpty();
        fresh.Shard.Arbiter.Should().BeNull("with one line left, messages need not pass there");
        supervisor.LineEnded(fresh, Lost, _now).Should().Be(NextStep.RetryLater);
        Drain(supervisor).Should().ContainSingle().Which.Should().BeOfType<FeedInterrupted>();
    }

    [Fact]
    public void What_only_the_new_line_has_shown_goes_out_when_the_old_one_ends()
    {
        FeedSupervisor supervisor = Supervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, old, 1);
        FeedSupervisor.ReplacementStarted(old);
        Line fresh = supervisor.ReplacementOpened(old, First, _now);
        ReceiveNumbered(supervisor, fresh, 2, 3);
        Drain(supervisor).OfType<MarketSnapshot>().Should().ContainSingle("the old line may still show what came before");
        supervisor.LineEnded(old, Lost, _now).Should().Be(NextStep.CarryOn);

        Drain(supervisor).Cast<MarketSnapshot>().Select(static snapshot => snapshot.Aggregate.TradeCount).Should().Equal(2, 3);
        supervisor.State.Should().Be(FeedState.Live);
        supervisor.Statistics.Should().Match<FeedStatistics>(s => s.Received == 3 && s.Delivered == 3);
    }

    [Fact]
    public void A_replacement_that_fails_changes_nothing()
    {
        FeedSupervisor supervisor = Supervisor();
        Line old = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, old, 1);
        FeedSupervisor.ReplacementStarted(old);
        ReceiveNumbered(supervisor, old, 2);
        supervisor.ReplacementFailed(old, _now);
        ReceiveNumbered(supervisor, old, 3);

        old.Shard.Arbiter.Should().BeNull();
        Drain(supervisor).OfType<MarketSnapshot>().Select(static snapshot => snapshot.Aggregate.TradeCount).Should().Equal(1, 2, 3);
    }

    [Fact]
    public void A_shard_that_is_down_is_not_looked_at_again_and_again()
    {
        FeedSupervisor supervisor = Supervisor();
        Shard shard = supervisor.AddShard(ContractSet.ByName("A"));
        DateTimeOffset inAMinute = _now + new FeedOptions().SilenceTimeout;
        supervisor.NextSilenceCheck(_now).Should().Be(inAMinute, "nothing is connected yet");
        Line line = Open(supervisor, shard);
        ReceiveNumbered(supervisor, line, 1);
        _now = inAMinute.AddSeconds(-10);
        supervisor.NextSilenceCheck(_now).Should().Be(inAMinute);
        supervisor.LineEnded(line, Lost, _now);
        _now = inAMinute.AddHours(1);
        supervisor.FindSilent(_now).Should().BeEmpty("an outage is not silence");
        supervisor.NextSilenceCheck(_now).Should().Be(_now + new FeedOptions().SilenceTimeout);
    }

    [Fact]
    public void A_line_that_waits_for_the_consumer_is_not_silent()
    {
        FeedOptions options = new() { Overflow = FeedOverflow.Wait, Capacity = 1 };
        FeedSupervisor supervisor = new(new FeedBuffer(options, 1, snapshotsOnly: false), options, null, canRenewToken: true);
        Line line = Open(supervisor, supervisor.AddShard(ContractSet.ByName("A")));
        ReceiveNumbered(supervisor, line, 1);
        supervisor.FindSilent(_now.AddHours(1)).Should().BeEmpty("the buffer is full, so nothing is read");
        Drain(supervisor);
        supervisor.FindSilent(_now.AddHours(1).AddSeconds(59)).Should().BeEmpty("silence counts from when reading could go on");
        supervisor.FindSilent(_now.AddHours(1).AddSeconds(60)).Should().Equal(line);
    }

    private void ReceiveNumbered(FeedSupervisor supervisor, Line line, params ReadOnlySpan<int> numbers)
    {
        foreach (int number in numbers)
        {
            supervisor.Received(line, new MarketSnapshot { Contract = ContractKey.Name("A"), Timestamp = Start.AddSeconds(number), Aggregate = new Aggregate { TradeCount = number }, ReceivedAt = _now }, 1);
        }
    }
}
