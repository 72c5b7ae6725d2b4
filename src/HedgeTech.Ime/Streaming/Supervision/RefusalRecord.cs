namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>How often and for how long a set of contracts has been refused without an accept, and until when it streamed before that.</summary>
internal sealed class RefusalRecord
{
    /// <summary>Contracts that worked before are never given up after fewer refusals in a row, because a gateway may refuse by mistake.</summary>
    public const int FewestOfProvenSet = 5;

    private Moment _since;

    /// <summary>Refusals in a row, of all lines of the shard.</summary>
    public int Count { get; private set; }

    /// <summary>When the last line that carried the set ended; null if none did.</summary>
    public DateTimeOffset? StreamedUntil { get; private set; }

    public void Add(Moment now)
    {
        if (Count++ == 0)
        {
            _since = now;
        }
    }

    /// <summary>A line has ended.</summary>
    /// <param name="isRefused">Whether that was a refusal.</param>
    /// <param name="hasStreamed">Whether it, or one before it, was proven.</param>
    /// <param name="now">When it ended.</param>
    public void LineEnded(bool isRefused, bool hasStreamed, Moment now)
    {
        if (isRefused)
        {
            return;
        }

        Clear();
        if (hasStreamed)
        {
            StreamedUntil = now.Utc;
        }
    }

    /// <summary>The set was accepted.</summary>
    public void Clear() => Count = 0;

    /// <summary>Whether a set that worked before has been refused often enough, and for long enough, to believe it.</summary>
    public bool IsFinal(TimeSpan refusedFor, Moment now) => Count >= FewestOfProvenSet && now - _since >= refusedFor;

    public RefusalRecord Copy() => (RefusalRecord)MemberwiseClone();

    /// <summary>One sentence for the exception; null for a set that never streamed.</summary>
    public string? Explain(Moment now) => StreamedUntil is { } until
        ? FormattableString.Invariant($"It streamed until {until:yyyy-MM-dd HH:mm:ss}Z; since then, {Count} attempts in a row were refused within {now - _since:hh\\:mm\\:ss}.")
        : null;
}
