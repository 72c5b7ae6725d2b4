using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Publishing;

namespace HedgeTech.Ime.Relay.Tests.Publishing;

public sealed class OutboxTests
{
    private static readonly Term Leader = new(1);
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
}
