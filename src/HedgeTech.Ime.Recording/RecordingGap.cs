namespace HedgeTech.Ime.Recording;

/// <summary>A time in which nothing was recorded. <see cref="FeedResumed.Gap"/> is something else: how long an outage was.</summary>
public sealed record RecordingGap
{
    /// <summary>When the last record before the gap was received, UTC. If no record before it can be read, when the recording of its segment began.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>When the first record after the gap was received, UTC.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Why there is a gap, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>One line: when, and why.</summary>
    public override string ToString() => To > From
        ? FormattableString.Invariant($"{From:yyyy-MM-dd HH:mm:ss.fffzzz} to {To:yyyy-MM-dd HH:mm:ss.fffzzz}: {Reason}")
        : FormattableString.Invariant($"after {From:yyyy-MM-dd HH:mm:ss.fffzzz}: {Reason}");
}
