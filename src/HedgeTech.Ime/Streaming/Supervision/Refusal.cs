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
        IReadOnlyCollection<ContractKey> atFault = verdict is { AtFault.Count: > 0 } ? verdict.AtFault : asked;
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
