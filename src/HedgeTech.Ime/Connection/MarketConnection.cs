using System.Net.WebSockets;
using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Connection.Receiving;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Connection;

/// <summary>An open connection: returns whole messages, then the end and why it ended.</summary>
/// <remarks>One reader at a time. <see cref="Abort"/>, <see cref="CloseAsync"/> and <see cref="DisposeAsync"/> may be called from any thread, also during a receive.</remarks>
/// <param name="socket">An open socket, which this connection now owns.</param>
/// <param name="receiver">Receives from the socket.</param>
/// <param name="redactor">Cleans text from the server.</param>
/// <param name="logger">Logs a failure to close the connection in an orderly way.</param>
internal sealed partial class MarketConnection(WebSocket socket, MessageReceiver receiver, Redactor redactor, ILogger logger) : IAsyncDisposable
{
    private const int MostCloseWaits = 30;
    private static readonly TimeSpan CloseBound = TimeSpan.FromSeconds(1);

    private ConnectionEnd? _end;

    /// <inheritdoc cref="MessageReceiver.HasMore"/>
    internal bool HasMore => receiver.HasMore;

    /// <inheritdoc cref="MessageReceiver.WaitsHere"/>
    internal bool WaitsHere => receiver.WaitsHere;

    /// <summary>Why the connection ended. Always the same.</summary>
    /// <exception cref="InvalidOperationException">No receive has returned the end yet.</exception>
    internal ConnectionEnd End => _end ??= Explain(receiver.End ?? throw new InvalidOperationException("The connection has not ended."));

    /// <summary>Masks secrets in a text that may quote the server.</summary>
    internal string Clean(string text) => redactor.Clean(text) ?? "";

    /// <inheritdoc cref="MessageReceiver.ReceiveAsync"/>
    internal ValueTask<ReceivedMessage> ReceiveAsync() => receiver.ReceiveAsync();

    /// <inheritdoc cref="MessageReceiver.ReceiveHere"/>
    internal ValueTask<ReceivedMessage> ReceiveHere() => receiver.ReceiveHere();

    /// <summary>Ends the connection without telling the server. A pending receive returns the end at once.</summary>
    internal void Abort() => receiver.Abort();

    /// <summary>
    /// Ends the connection while it is being read: sends a close frame, waits for the answer, and aborts. The reader then receives the end. The last message that
    /// it received stays valid until it disposes the connection.
    /// </summary>
    /// <param name="stopping">
    /// While it is not cancelled, the wait lasts as long as messages arrive, a second after the last one, for half a minute at most: what the server sent before its
    /// answer may take a while on a slow network. Once it is cancelled, the wait ends within a second.
    /// </param>
    internal async Task CloseAsync(CancellationToken stopping)
    {
        Exception? failure = await SayGoodbyeAsync(isBeingRead: true, stopping).ConfigureAwait(false);
        Abort();
        LogIfFailed(failure);
    }

    /// <summary>Sends a close frame, waits at most a second for that and for the answer, and frees everything. A pending receive returns the end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (receiver.TryStop(out bool isBeingRead))
        {
            Exception? failure = await SayGoodbyeAsync(isBeingRead, stopping: new CancellationToken(canceled: true)).ConfigureAwait(false);
            socket.Dispose();
            LogIfFailed(failure);
        }
    }

    /// <summary>Returns what went wrong. The caller logs it after everything is freed, because a logger may throw.</summary>
    private async Task<Exception?> SayGoodbyeAsync(bool isBeingRead, CancellationToken stopping)
    {
        if (receiver.IsAborted || socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return null;
        }

        // By the system's clock, even if the client has another one: a socket that cannot send must not keep an application from ending.
        using CancellationTokenSource bound = new(CloseBound, TimeProvider.System);
        long startedAt = TimeProvider.System.GetTimestamp();
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, bound.Token).ConfigureAwait(false);
            if (isBeingRead)
            {
                // Freeing a socket that is being read resets it, and the reset may overtake the close frame. So the server closes first.
                await WaitForReaderAsync(CloseBound - TimeProvider.System.GetElapsedTime(startedAt), stopping).ConfigureAwait(false);
            }

            return null;
        }
        catch (Exception failure)
        {
            return failure; // the connection ends anyway
        }
    }

    /// <param name="left">What is left of the first second, which also counts the close frame.</param>
    /// <param name="stopping">See <see cref="CloseAsync"/>.</param>
    private async Task WaitForReaderAsync(TimeSpan left, CancellationToken stopping)
    {
        for (int waits = 1; ; waits++, left = CloseBound)
        {
            long before = receiver.Received;
            try
            {
                await receiver.ReaderLeft.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException) when (receiver.Received > before && waits < MostCloseWaits && !stopping.IsCancellationRequested)
            {
                // The server still sends what it had before the close frame reached it.
            }
        }
    }

    private void LogIfFailed(Exception? failure)
    {
        if (failure is not null)
        {
            LogNoGoodbye(logger, redactor.Clean(failure));
        }
    }

    private ConnectionEnd Explain(ReceivingEnd end)
    {
        Exception? failure = end.Failure is null ? null : redactor.Clean(end.Failure);
        return end.IsByThisClient ? new ConnectionEnd(InterruptionReason.ConnectionLost, null, "This client ended the connection.", failure)
            : failure is null ? new ConnectionEnd(InterruptionReason.Closed, socket.CloseStatus, redactor.Clean(socket.CloseStatusDescription), null)
            : ConnectionEnd.FromFailure(failure);
    }
}
