using System.Net;
using System.Net.WebSockets;

namespace HedgeTech.Ime;

/// <summary>The service refuses to stream the contracts, even with a new token.</summary>
public sealed class ImeSubscriptionRefusedException : ImeException
{
    internal ImeSubscriptionRefusedException(
        string message,
        IReadOnlyCollection<ContractKey> contracts,
        bool areContractsAtFault,
        string? hint,
        HttpStatusCode? httpStatus,
        WebSocketCloseStatus? closeStatus,
        string? reason,
        Exception? innerException = null)
        : base(message, isTransient: false, innerException)
    {
        Contracts = contracts;
        AreContractsAtFault = areContractsAtFault;
        Hint = hint;
        HttpStatus = httpStatus;
        CloseStatus = closeStatus;
        Reason = reason;
    }

    /// <summary>The HTTP status of the refused handshake; null if the refusal came after the handshake.</summary>
    public HttpStatusCode? HttpStatus { get; }

    /// <summary>The status of the close frame that refused the contracts; null if the handshake was refused.</summary>
    public WebSocketCloseStatus? CloseStatus { get; }

    /// <summary>The reason in the close frame; null if it has none.</summary>
    public string? Reason { get; }

    /// <summary>
    /// The contracts that the service refuses even alone, if <see cref="FeedOptions.ProbeRefusals"/> found them. Otherwise all contracts of the refused
    /// connection, as the service does not say which of them is at fault.
    /// </summary>
    public IReadOnlyCollection<ContractKey> Contracts { get; }

    /// <summary>
    /// Whether <see cref="Contracts"/> are the cause of the refusal: the service refuses each of them alone. If the search was cut short, there may be more.
    /// False if the service accepts no contract at all, which points at the account, and if <see cref="FeedOptions.ProbeRefusals"/> is off or found nothing.
    /// </summary>
    public bool AreContractsAtFault { get; }

    /// <summary>
    /// A possible explanation, also part of the message: white space around a name, the Arabic letters <c>ي</c> and <c>ك</c>, lowercase letters,
    /// or a name and an id mixed up. Null if <see cref="Contracts"/> shows none of these. It is a guess, as the service gives no reason.
    /// </summary>
    public string? Hint { get; }
}
