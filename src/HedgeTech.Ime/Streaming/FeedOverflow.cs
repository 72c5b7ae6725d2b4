namespace HedgeTech.Ime;

/// <summary>What happens when <see cref="FeedOptions.Capacity"/> snapshots wait for the consumer and one more arrives.</summary>
public enum FeedOverflow
{
    /// <summary>
    /// The oldest waiting snapshot of the same contract is removed, and the contract keeps its places in the queue. If the contract has no waiting snapshot,
    /// one of the contract with the most waiting snapshots is removed. So the newest state of every contract always arrives, and during a long overload
    /// every contract gets its turn.
    /// </summary>
    Conflate,

    /// <summary>The oldest waiting snapshot is removed.</summary>
    DropOldest,

    /// <summary>
    /// Reading waits for the consumer. Nothing is lost at first, but the client stops answering pings, and the server disconnects a slow reader. A line
    /// that is being closed is still read to its end, and lines do not wait while <see cref="MarketFeed.UpdateAsync"/> replaces them, so more snapshots
    /// may wait then.
    /// </summary>
    Wait,
}
