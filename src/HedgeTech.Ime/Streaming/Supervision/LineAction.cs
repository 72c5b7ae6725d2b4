namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>What the supervisor wants done about a shard after something went wrong.</summary>
internal enum LineAction
{
    /// <summary>Try again after the delay that the backoff says.</summary>
    RetryLater,

    /// <summary>Renew the token and try again at once.</summary>
    RenewAndRetryNow,

    /// <summary>Halve the shard: its request line was too long.</summary>
    Split,

    /// <summary>Find out which contracts are refused, and then end.</summary>
    Probe,

    /// <summary>Nothing: another line carries the shard.</summary>
    CarryOn,

    /// <summary>Nothing: the feed has ended, or the line is not wanted any more.</summary>
    Stop,
}
