namespace HedgeTech.Ime;

/// <summary>What happens when <see cref="FeedOptions.Capacity"/> snapshots wait for the consumer and one more arrives.</summary>
public enum FeedOverflow
{
    /// <summary>The oldest waiting snapshot that a newer one of the same contract supersedes is removed, so that the newest state of every contract always arrives.</summary>
    Conflate,

    /// <summary>The oldest waiting snapshot is removed.</summary>
    DropOldest,

    /// <summary>Reading waits for the consumer. Nothing is lost at first, but the connection stops answering pings, and the server cuts off a slow reader.</summary>
    Wait,
}
