using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using HedgeTech.Ime.Authentication;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Connection;

/// <summary>An open connection: whole messages, and in the end why it ended.</summary>
/// <remarks>One reader at a time; <see cref="Abort"/> and <see cref="DisposeAsync"/> may be called from anywhere, also while it reads.</remarks>
internal sealed partial class MarketConnection : IAsyncDisposable
{
    private const int UsualBufferBytes = 16 * 1024;
    private const int ShownOfOversized = 256;

    // What the buffer is used for: a pending receive writes into it, so that it cannot be given back until that has returned.
    private const int Idle = 0;
    private const int Receiving = 1;
    private const int Disposed = 2;

    private static readonly TimeSpan CloseBound = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _readerLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebSocket _socket;
    private readonly FrameStream? _stream;
    private readonly int _maxMessageBytes;
    private readonly Redactor _redactor;
    private readonly ILogger _logger;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(UsualBufferBytes);
    private int _lastLength;
    private long _received;
    private ConnectionEnd? _end;
    private volatile bool _isAborted;
    private int _use = Idle;

    internal MarketConnection(WebSocket socket, FrameStream? stream, int maxMessageBytes, Redactor redactor, ILogger logger)
    {
        _socket = socket;
        _stream = stream;
        _maxMessageBytes = Math.Min(maxMessageBytes, Array.MaxLength - 1);
        _redactor = redactor;
        _logger = logger;
    }

    /// <summary>Whether another whole message has come and can be received without a wait. Asked between two receives.</summary>
    internal bool HasMore => _stream?.WholeMessages > _received;

    /// <summary>A text in which the server may be quoted, fit to be shown.</summary>
    internal string Clean(string text) => _redactor.Clean(text) ?? "";

    /// <summary>Whether <see cref="ReceiveHere"/> waits on its thread, which it does unless the transport is not this library's own.</summary>
    internal bool WaitsHere => _stream is { IsForeign: false };

    /// <summary>The next whole message, or the end; after the end always the same end. Never throws but at a second reader.</summary>
    /// <exception cref="InvalidOperationException">Another receive is pending.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // nothing is allocated per message, also when it is awaited
    internal async ValueTask<ReceivedMessage> ReceiveAsync()
    {
        switch (Interlocked.CompareExchange(ref _use, Receiving, Idle))
        {
            case Receiving:
                throw new InvalidOperationException("A connection has one reader at a time, and another receive is pending.");
            case Disposed:
                return EndOf(_end ??= Own());
        }

        try
        {
            if (_end is not null)
            {
                return EndOf(_end);
            }

            ShrinkBuffer();
            int length = 0;
            while (true)
            {
                ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None).ConfigureAwait(false);
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return EndOf(_end = Closed());
                }

                if (length > _maxMessageBytes)
                {
                    return await SkipAsync(length, part.EndOfMessage).ConfigureAwait(false);
                }

                if (part.EndOfMessage)
                {
                    _lastLength = length;
                    _received++;
                    return new ReceivedMessage(ReceivedKind.Message, _buffer.AsMemory(0, length), length, null);
                }

                if (length == _buffer.Length)
                {
                    GrowBuffer(length);
                }
            }
        }
        catch (Exception thrown)
        {
            Exception failure = _redactor.Clean(thrown);
            return EndOf(_end = _isAborted || Volatile.Read(ref _use) == Disposed ? Own(failure) : ConnectionEnd.FromFailure(failure));
        }
        finally
        {
            LeaveBuffer();
        }
    }

    /// <summary>
    /// The same, but waits on this thread and is complete when it returns, unless the transport is not this library's own (see <see cref="WaitsHere"/>), a pong
    /// has to wait, or the platform waits for the end of a connection that is being closed.
    /// </summary>
    internal ValueTask<ReceivedMessage> ReceiveHere()
    {
        if (HasMore)
        {
            return ReceiveAsync();
        }

        ReadAheadStream.WaitsHere = true;
        try
        {
            return ReceiveAsync();
        }
        finally
        {
            ReadAheadStream.WaitsHere = false;
        }
    }

    /// <summary>Ends the connection without a word to the server; a pending receive returns the end at once.</summary>
    internal void Abort()
    {
        _isAborted = true;
        _socket.Abort();
    }

    /// <summary>
    /// Ends the connection under its reader: says goodbye, waits a second at most for that and for the answer, and aborts. The reader then receives
    /// the end, and what it holds of an earlier message stays valid until it disposes.
    /// </summary>
    internal async Task CloseAsync()
    {
        Exception? failure = await SayGoodbyeAsync(isBeingRead: true).ConfigureAwait(false);
        Abort();
        LogIfFailed(failure);
    }

    /// <summary>Says goodbye, waits a second at most for that and for the answer, and frees everything. A pending receive returns the end.</summary>
    public async ValueTask DisposeAsync()
    {
        int use = Interlocked.Exchange(ref _use, Disposed);
        if (use == Disposed)
        {
            return;
        }

        Exception? failure = await SayGoodbyeAsync(isBeingRead: use == Receiving).ConfigureAwait(false);
        _isAborted = true;
        _socket.Dispose();
        if (use == Idle)
        {
            ReturnBuffer();
        }

        LogIfFailed(failure);
    }

    /// <summary>Gives what went wrong, for the log: after everything is freed, as a logger may throw.</summary>
    private async Task<Exception?> SayGoodbyeAsync(bool isBeingRead)
    {
        if (_isAborted || _socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return null;
        }

        // By the real clock, whatever clock the client has: a socket that cannot send must not keep an application from ending.
        using CancellationTokenSource bound = new(CloseBound, TimeProvider.System);
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, bound.Token).ConfigureAwait(false);
            if (isBeingRead)
            {
                // Freeing a socket that is being read resets it, and a reset may overtake the goodbye: let the server close first.
                await _readerLeft.Task.WaitAsync(bound.Token).ConfigureAwait(false);
            }

            return null;
        }
        catch (Exception failure)
        {
            return failure; // it ends all the same
        }
    }

    private void LogIfFailed(Exception? failure)
    {
        if (failure is not null)
        {
            LogNoGoodbye(_logger, _redactor.Clean(failure));
        }
    }

    /// <summary>Reads a message that is too long to its end, over itself; only its first bytes are kept.</summary>
    private async ValueTask<ReceivedMessage> SkipAsync(long length, bool isWhole)
    {
        int shown = (int)Math.Min(ShownOfOversized, Math.Min(length, _maxMessageBytes));
        while (!isWhole)
        {
            ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(_buffer.AsMemory(shown), CancellationToken.None).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return EndOf(_end = Closed());
            }

            length += part.Count;
            isWhole = part.EndOfMessage;
        }

        _lastLength = shown;
        _received++;
        return new ReceivedMessage(ReceivedKind.Oversized, _buffer.AsMemory(0, shown), length, null);
    }

    private ConnectionEnd Closed() =>
        new(InterruptionReason.Closed, _socket.CloseStatus, _redactor.Clean(_socket.CloseStatusDescription), null);

    private static ConnectionEnd Own(Exception? failure = null) =>
        new(InterruptionReason.ConnectionLost, null, "This client ended the connection.", failure);

    private static ReceivedMessage EndOf(ConnectionEnd end) => new(ReceivedKind.End, default, 0, end);
}
