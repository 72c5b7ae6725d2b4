using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>How the service refused a subscription: by a status at the handshake, or by a close frame after it.</summary>
internal sealed record Refusal(HandshakeException? Handshake, ConnectionEnd? End, string Advice)
{
    /// <summary>Until when the contracts streamed and how they were refused since, in one sentence; null if they never streamed.</summary>
    public string? History { get; init; }

    /// <summary>Whether it was refused only after it had been accepted.</summary>
    public bool CameAfterAccept => Handshake is null;

    public Exception? Cause => Handshake ?? End?.Exception;

    private string How => Handshake is not null
        ? $"HTTP {(int)Handshake.Status!} at the handshake"
        : $"close status 1008{(string.IsNullOrEmpty(End!.Description) ? "" : $" ({End.Description})")} before the first message";

    /// <summary>What the user gets to see.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="verdict">Which of it is at fault, if that was found out.</param>
    public ImeSubscriptionRefusedException ToException(ContractSet asked, RefusalVerdict? verdict)
    {
        IReadOnlyCollection<ContractKey> atFault = verdict is { AtFault.Count: > 0 } ? new ContractSet(verdict.AtFault) : asked;
        string? hint = ContractGuess.Hint(atFault);
        return new ImeSubscriptionRefusedException(
            $"The service refused to stream {asked}: {How}. {(History is null ? "" : $"{History} ")}{verdict?.Explain() ?? Advice}{(hint is null ? "" : $" {hint}")}",
            atFault,
            verdict?.AreContractsAtFault ?? false,
            hint,
            Handshake?.Status,
            End?.CloseStatus,
            End?.Description,
            Cause);
    }
}

/// <summary>What probing a refused set has shown.</summary>
/// <param name="AtFault">The contracts that are refused even alone.</param>
/// <param name="AnyAccepted">Whether any contract was accepted: if none was, the account is at fault rather than the contracts.</param>
/// <param name="IsComplete">Whether all that are at fault were found.</param>
internal sealed record RefusalVerdict(IReadOnlyList<ContractKey> AtFault, bool AnyAccepted, bool IsComplete)
{
    private const int Named = 10;

    /// <summary>Whether <see cref="AtFault"/> is the cause of the refusal, rather than the account.</summary>
    public bool AreContractsAtFault => AnyAccepted && AtFault.Count > 0;

    /// <summary>In plain words; null if nothing was found out.</summary>
    public string? Explain()
    {
        if (AtFault.Count == 0)
        {
            return null;
        }

        if (!AnyAccepted)
        {
            return $"None of the contracts that were tried alone is accepted ({Names()}), which points at the account: check that it is approved for this data, and the kind of key (name or id).";
        }

        string known = AtFault.Count == 1 ? "At fault is" : "At fault are";
        return $"{known}: {Names()}. {(IsComplete ? "The others are accepted." : "There may be more: not all were tried.")}";
    }

    private string Names()
    {
        string names = string.Join(", ", AtFault.Take(Named).Select(static contract => contract.Value));
        return AtFault.Count > Named ? $"{names} and {AtFault.Count - Named} more" : names;
    }
}

/// <summary>How often and for how long a set of contracts has been refused without an accept, and until when it streamed before that.</summary>
internal sealed class RefusalRecord
{
    /// <summary>Fewer refusals in a row than these are never final for a set that worked before: a gateway may hiccup.</summary>
    public const int FewestOfProvenSet = 5;

    private Moment _since;

    /// <summary>Refusals in a row, of all lines that were tried.</summary>
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
