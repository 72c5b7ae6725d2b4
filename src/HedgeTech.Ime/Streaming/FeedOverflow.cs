namespace HedgeTech.Ime;

/// <summary>What happens when <see cref="FeedOptions.Capacity"/> snapshots wait for the consumer and one more arrives.</summary>
public enum FeedOverflow
{
    /// <summary>
    /// The oldest waiting snapshot of the same contract is removed, and the contract keeps its places in the queue; a contract with nothing waiting takes
    /// its room from the contract with the most waiting. So the newest state of every contract always arrives, and under a lasting overload every
    /// contract has its turn.
    /// </summary>
    Conflate,

    /// <summary>The oldest waiting snapshot is removed.</summary>
    DropOldest,

    /// <summary>
    /// Reading waits for the consumer. Nothing is lost at first, but the connection stops answering pings, and the server cuts off a slow reader. A
    /// connection that is being closed is read to its end, and none waits while <see cref="MarketFeed.UpdateAsync"/> takes over: more snapshots may wait then.
    /// </summary>
    Wait,
}
