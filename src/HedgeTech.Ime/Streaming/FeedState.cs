namespace HedgeTech.Ime;

/// <summary>The state of a <c>MarketFeed</c>.</summary>
public enum FeedState
{
    /// <summary>The feed has not started to connect.</summary>
    Idle,

    /// <summary>At least one connection is opening, and none is interrupted.</summary>
    Connecting,

    /// <summary>Every connection is open.</summary>
    Live,

    /// <summary>At least one connection is interrupted, and the feed is reconnecting.</summary>
    Interrupted,

    /// <summary>The feed has ended: it was cancelled or disposed, or it failed with an exception.</summary>
    Ended,
}
