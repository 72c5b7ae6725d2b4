namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>How often and for how long a set of contracts has been refused without an accept, and until when it streamed before that.</summary>
internal sealed class RefusalRecord
{
    /// <summary>Fewer refusals in a row than these are never final for a set that worked before: a gateway may hiccup.</summary>
    public const int FewestOfProvenSet = 5;

    private Moment _since;

    /// <summary>Refusals in a row, of all lines that were tried.</summary>
    public int Count { get; private set; }

    /// <summary>When the last line that carried the set ended; null if none did.</summary>
    public DateTimeOffset? StreamedUntil { get; set; }

    public void Add(Moment now)
    {
        if (Count++ == 0)
        {
            _since = now;
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
