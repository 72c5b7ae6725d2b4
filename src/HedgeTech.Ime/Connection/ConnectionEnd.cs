using System.Net.WebSockets;

namespace HedgeTech.Ime.Connection;

/// <summary>Why a connection ended.</summary>
/// <param name="Reason"><see cref="InterruptionReason.Closed"/>, <see cref="InterruptionReason.ConnectionLost"/> or <see cref="InterruptionReason.KeepAliveTimeout"/>.</param>
/// <param name="CloseStatus">The status of the server's close frame; null if there was none.</param>
/// <param name="Description">The reason in the close frame, redacted, or a sentence that says what happened.</param>
/// <param name="Exception">What the platform threw; null if it threw nothing.</param>
internal sealed record ConnectionEnd(
    InterruptionReason Reason,
    WebSocketCloseStatus? CloseStatus,
    string? Description,
    Exception? Exception)
{
    /// <summary>Whether the server sent a close frame, so that everything it had sent before was read.</summary>
    internal bool IsOrderly => Reason == InterruptionReason.Closed;

    /// <summary>Explains what ended a connection, from what its socket threw. Not for a connection that this client ended.</summary>
    /// <param name="failure">What was thrown, with secrets masked.</param>
    internal static ConnectionEnd FromFailure(Exception failure)
    {
        if (IsKeepAliveTimeout(failure))
        {
            return new ConnectionEnd(InterruptionReason.KeepAliveTimeout, null, "The server did not answer a ping in time; the network or the server is dead.", failure);
        }

        string description = failure is WebSocketException { WebSocketErrorCode: WebSocketError.ConnectionClosedPrematurely }
            ? "The connection ended without a close frame."
            : $"The connection broke: {failure.GetBaseException().Message}";
        return new ConnectionEnd(InterruptionReason.ConnectionLost, null, description, failure);
    }

    /// <summary>
    /// The platform notices the missing pong on a timer and aborts the socket with a <see cref="WebSocketException"/> (<see cref="WebSocketError.Faulted"/>),
    /// which is then visible only inside another exception: an <see cref="OperationCanceledException"/> if a receive was pending, although nobody cancelled it,
    /// or an invalid state if none was. A protocol error is not wrapped, and a broken network has no such exception.
    /// </summary>
    private static bool IsKeepAliveTimeout(Exception failure)
    {
        IEnumerable<Exception> inner = failure.InnerException switch
        {
            AggregateException several => several.Flatten().InnerExceptions,
            { } one => [one],
            null => [],
        };
        return inner.Any(static exception => exception is WebSocketException { WebSocketErrorCode: WebSocketError.Faulted });
    }
}
