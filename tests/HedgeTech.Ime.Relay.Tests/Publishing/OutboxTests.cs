using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Publishing;

namespace HedgeTech.Ime.Relay.Tests.Publishing;

public sealed class OutboxTests
{
    private static readonly Term Leader = new(1);
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 9, 0, 0, TimeSpan.Zero);
    private static readonly FeedInterrupted Interrupted = new() { Connection = 1, Contracts = ContractSet.ByName("A"), Reason = InterruptionReason.ConnectionLost };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_interruption_that_is_not_confirmed_is_not_stated_again_when_Redis_has_lost_the_entries_before_it(bool isOnItsWay)
    {
        Outbox outbox = new(window: 1, maximumBytes: 1 << 20);
        outbox.Begin(session: 7, number: 1, OpenInterruptions.None);
        outbox.Add(OwnEvents.Item(Interrupted));
        if (isOnItsWay)
        {
            outbox.Next(Leader);
        }

        outbox.Continue(standing: 0, barrier: 1);
        outbox.Restate(new OpenInterruptions(), static _ => throw new InvalidOperationException("nothing ends"));

        outbox.Next(Leader)!.Items.Should().ContainSingle();
        outbox.Confirm(2);
        outbox.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void An_interruption_that_Redis_had_confirmed_and_lost_is_stated_again()
    {
        Outbox outbox = new(window: 1, maximumBytes: 1 << 20);
        outbox.Begin(session: 7, number: 1, OpenInterruptions.None);
        outbox.Add(OwnEvents.Item(Interrupted));
        outbox.Next(Leader);
        outbox.Confirm(2);

        outbox.Continue(standing: 1, barrier: 2);
        outbox.Restate(new OpenInterruptions(), static _ => throw new InvalidOperationException("nothing ends"));

        outbox.Next(Leader)!.Items.Should().ContainSingle();
    }

    [Theory]
    [InlineData(0, 5)] // the resumption of the relay counts from the last message before the interruption
    [InlineData(1, 3)]
    [InlineData(1, 2)] // Redis has also lost that the connection was interrupted again
    public void An_end_that_Redis_had_confirmed_and_lost_is_stated_again_with_the_time_and_the_gap_of_then(int connection, int gap)
    {
        FeedInterrupted interrupted = Interrupted with { Connection = connection, ReceivedAt = Start };
        FeedResumed resumed = new() { Connection = connection, Contracts = interrupted.Contracts, Gap = TimeSpan.FromSeconds(gap), Attempts = 4, ReceivedAt = Start.AddSeconds(3) };
        Outbox outbox = new(window: 1, maximumBytes: 1 << 20);
        outbox.Begin(session: 7, number: 1, OpenInterruptions.None);
        outbox.Add(OwnEvents.Item(interrupted));
        outbox.Next(Leader);
        outbox.Confirm(2);
        outbox.Add(OwnEvents.Item(resumed));
        outbox.Next(Leader);
        outbox.Confirm(3);
        OpenInterruptions log = new();
        log.See(RelayEvents.Write(interrupted));

        outbox.Continue(standing: 2, barrier: 3);
        outbox.Restate(log, static _ => throw new InvalidOperationException("the leader knows when it ended"));

        LogItem stated = outbox.Next(Leader)!.Items.Should().ContainSingle().Subject;
        RelayEvents.Read(stated.Bytes.Span).Should().BeEquivalentTo(resumed with { Gap = TimeSpan.FromSeconds(Math.Max(gap, 3)) });
    }
}
