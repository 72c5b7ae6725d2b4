namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The state of the stream, for the footer. Immutable.</summary>
internal sealed record FeedHealth
{
    public FeedState State { get; init; }

    public FeedStatistics Statistics { get; init; }

    /// <summary>Messages in the last full second.</summary>
    public long Rate { get; init; }

    /// <summary>Snapshots that were dropped, or are missing in a recording.</summary>
    public long Missing { get; init; }

    /// <summary>Where a replay is; null if the stream is live.</summary>
    public Playback? Playback { get; init; }

    /// <summary>The number of outages that have ended. Those that overlap are one.</summary>
    public int Gaps { get; init; }

    /// <summary>The total length of these outages.</summary>
    public TimeSpan GapTime { get; init; }

    /// <summary>Since when a connection has been down, UTC; null while none is.</summary>
    public DateTimeOffset? DownSince { get; init; }

    /// <summary>The newest event that was not a snapshot, in words.</summary>
    public string LastEvent { get; init; } = "";

    /// <summary>When that event happened, UTC.</summary>
    public DateTimeOffset LastEventAt { get; init; }
}
