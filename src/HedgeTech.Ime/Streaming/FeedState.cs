namespace HedgeTech.Ime;

/// <summary>Where a <c>MarketFeed</c> stands.</summary>
public enum FeedState
{
    /// <summary>Its enumeration has not begun.</summary>
    Idle,

    /// <summary>It is connecting for the first time.</summary>
    Connecting,

    /// <summary>Every shard is connected.</summary>
    Live,

    /// <summary>At least one shard is down; the feed is bringing it back.</summary>
    Interrupted,

    /// <summary>It has ended: cancelled, disposed, or by an exception.</summary>
    Ended,
}
