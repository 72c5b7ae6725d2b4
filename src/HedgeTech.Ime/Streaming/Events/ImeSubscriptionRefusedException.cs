using System.Net;
using System.Net.WebSockets;

namespace HedgeTech.Ime;

/// <summary>The service finally refused to stream the contracts: with a fresh token too.</summary>
public sealed class ImeSubscriptionRefusedException : ImeException
{
    internal ImeSubscriptionRefusedException(
        string message,
        IReadOnlyCollection<ContractKey> contracts,
        string? hint,
        HttpStatusCode? httpStatus,
        WebSocketCloseStatus? closeStatus,
        string? reason,
        Exception? innerException = null)
        : base(message, isTransient: false, innerException)
    {
        Contracts = contracts;
        Hint = hint;
        HttpStatus = httpStatus;
        CloseStatus = closeStatus;
        Reason = reason;
    }

    /// <summary>The HTTP status of the refused handshake; null where the refusal came after it.</summary>
    public HttpStatusCode? HttpStatus { get; }

    /// <summary>The status of the close frame that refused; null where the refusal came before it.</summary>
    public WebSocketCloseStatus? CloseStatus { get; }

    /// <summary>The reason that the server gave; null where it gave none.</summary>
    public string? Reason { get; }

    /// <summary>
    /// The contracts that the service refuses even alone, where <see cref="FeedOptions.ProbeRefusals"/> has found them; otherwise all that were asked
    /// for on the refused connection, as the service does not say which of them is at fault. The message tells which of the two.
    /// </summary>
    public IReadOnlyCollection<ContractKey> Contracts { get; }

    /// <summary>
    /// What may explain the refusal, also part of the message: white space around a name, the Arabic letters <c>ي</c> and <c>ك</c>, small letters,
    /// or a name and an id mixed up. Null where <see cref="Contracts"/> shows nothing of that kind. A guess: the service does not say.
    /// </summary>
    public string? Hint { get; }
}
