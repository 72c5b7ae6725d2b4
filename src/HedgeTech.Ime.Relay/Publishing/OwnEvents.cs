using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>Makes the events that a publisher adds to those of its line.</summary>
internal sealed class OwnEvents(ContractSet contracts, TimeProvider timeProvider)
{
    /// <summary>Something may be missing since the last leader.</summary>
    public OutItem Interrupted() => Item(new FeedInterrupted
    {
        Connection = 0,
        Contracts = contracts,
        Reason = InterruptionReason.ConnectionLost,
        Description = "Another publisher of the relay took over.",
        ReceivedAt = timeProvider.GetUtcNow(),
    });

    /// <summary>This publisher brings messages from here on.</summary>
    public OutItem Resumed() => Item(new FeedResumed { Connection = 0, Contracts = contracts, Attempts = 1, ReceivedAt = timeProvider.GetUtcNow() });

    /// <summary>An interruption is over because the line that it was of is gone.</summary>
    public OutItem End(FeedInterrupted interrupted) => new(RelayEvents.End(interrupted, timeProvider.GetUtcNow()), null);

    public static OutItem Item(FeedEvent feedEvent) => new(RelayEvents.Write(feedEvent), null);
}
