using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>How the service refused a subscription: with a status at the handshake, or with a close frame after it.</summary>
internal sealed record Refusal(HandshakeException? Handshake, ConnectionEnd? End, string Advice)
{
    /// <summary>Until when the contracts streamed and how they were refused since, in one sentence; null if they never streamed.</summary>
    public string? History { get; init; }

    /// <summary>Whether the service refused only after it had accepted.</summary>
    public bool CameAfterAccept => Handshake is null;

    public Exception? Cause => Handshake ?? End?.Exception;

    /// <summary>How long the service asked to wait; null if it did not.</summary>
    public TimeSpan? RetryAfter => Handshake?.RetryAfter;

    private string How => Handshake is not null
        ? $"HTTP {(int)Handshake.Status!} at the handshake"
        : $"close status 1008{(string.IsNullOrEmpty(End!.Description) ? "" : $" ({End.Description})")} before the first message";

    /// <summary>Creates the exception that the user gets.</summary>
    /// <param name="asked">The contracts that were requested.</param>
    /// <param name="verdict">Which of them are at fault; null if that is not known.</param>
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

    /// <summary>Explains the verdict; null if it found nothing.</summary>
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
