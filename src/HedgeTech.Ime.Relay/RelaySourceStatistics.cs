namespace HedgeTech.Ime.Relay;

/// <summary>What a <see cref="RelaySource"/> has read so far, over all its streams, and how it is at the moment.</summary>
public readonly record struct RelaySourceStatistics
{
    /// <summary>The number of streams that are being enumerated.</summary>
    public int Streams { get; init; }

    /// <summary>Whether a stream is connected to Redis.</summary>
    public bool IsConnected { get; init; }

    /// <summary>When Redis last sent an entry or a heartbeat, UTC; null before that. A publisher sends a heartbeat at least every 500 milliseconds.</summary>
    public DateTimeOffset? LastPushAt { get; init; }

    /// <summary>The time from the receipt of the newest delivered message by the publisher to its delivery. Includes the difference between the two clocks.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>The messages delivered.</summary>
    public long Messages { get; init; }

    /// <summary>The entries read from Redis. One contains up to 64 messages and events.</summary>
    public long Entries { get; init; }

    /// <summary>The bytes of the messages and events in these entries.</summary>
    public long Bytes { get; init; }

    /// <summary>How often the source read the log for entries that it did not get by push.</summary>
    public long Repairs { get; init; }

    /// <summary>How often the relay was interrupted. Interruptions of the publisher's own feed do not count.</summary>
    public long Interruptions { get; init; }

    /// <summary>One line: the connection, the lag and the counts.</summary>
    public override string ToString() => FormattableString.Invariant($"{Streams} streams, {(IsConnected ? "connected" : "not connected")}, lag {Lag.TotalSeconds:0.###} s, {Messages} messages, {Entries} entries of {Bytes} bytes, {Repairs} repairs, {Interruptions} interruptions, last push {LastPushAt:O}");
}
