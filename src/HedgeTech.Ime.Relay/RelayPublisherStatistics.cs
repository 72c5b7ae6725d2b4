namespace HedgeTech.Ime.Relay;

/// <summary>What a <see cref="RelayPublisher"/> has written so far, and how it is at the moment.</summary>
public readonly record struct RelayPublisherStatistics
{
    /// <summary>Whether the publisher leads or could take over without a gap. A standby that is not hot is always ready, but its takeover leaves the gap until it has connected to the service.</summary>
    public bool IsReady { get; init; }

    /// <summary>When Redis last answered, UTC; null before that.</summary>
    public DateTimeOffset? LastAnswerAt { get; init; }

    /// <summary>The age of the oldest message that Redis has not confirmed; zero if there is none.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>The messages written.</summary>
    public long Messages { get; init; }

    /// <summary>The entries written. One contains up to 64 messages and events.</summary>
    public long Entries { get; init; }

    /// <summary>The bytes of the messages and events written.</summary>
    public long Bytes { get; init; }

    /// <summary>Messages dropped because more than 64 MiB were waiting for Redis. <see cref="SnapshotsDropped"/> reports them to readers.</summary>
    public long Dropped { get; init; }

    /// <summary>How often this publisher became the leader.</summary>
    public int Takeovers { get; init; }

    /// <summary>One line: the lag and the counts.</summary>
    public override string ToString() => FormattableString.Invariant($"{(IsReady ? "ready" : "not ready")}, lag {Lag.TotalSeconds:0.###} s, {Messages} messages in {Entries} entries of {Bytes} bytes, {Dropped} dropped, {Takeovers} takeovers, last answer {LastAnswerAt:O}");
}
