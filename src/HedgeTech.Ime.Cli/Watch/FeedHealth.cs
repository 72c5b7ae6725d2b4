namespace HedgeTech.Ime.Cli.Watch;

/// <summary>How the stream is: what the footer tells. Immutable.</summary>
internal sealed record FeedHealth
{
    public FeedState State { get; init; }

    public FeedStatistics Statistics { get; init; }

    /// <summary>Messages in the last full second.</summary>
    public long Rate { get; init; }

    /// <summary>Outages that are over.</summary>
    public int Gaps { get; init; }

    /// <summary>How long those were, together.</summary>
    public TimeSpan GapTime { get; init; }

    /// <summary>Since when a connection has been down, UTC; null while none is.</summary>
    public DateTimeOffset? DownSince { get; init; }

    /// <summary>The newest event that was no snapshot, in words.</summary>
    public string LastEvent { get; init; } = "";

    /// <summary>When that was, UTC.</summary>
    public DateTimeOffset LastEventAt { get; init; }
}
