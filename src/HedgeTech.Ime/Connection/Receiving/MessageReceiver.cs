using System.Buffers;
using System.Net;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Connection.Receiving;

// How a message comes in
// ----------------------
// This folder brings a message from the network to the reader at a low cost, and MessageReceiver is its front: it opens the TCP connection, performs the
// handshake and returns one whole message after the other. Apart from it, others use only ReceivingThread and the values that both return.
//
// What costs what. To read the JSON of a message takes a few microseconds. Three things around it would cost more than that:
//  - Calls. ClientWebSocket reads the few bytes of a frame header, then the payload, and each of these reads passes through HTTP, TLS and the socket.
//  - Wake-ups. When data arrives at a socket that waits asynchronously, a thread of the platform wakes, and wakes a thread of the pool.
//  - Reports. Each report to the feed takes its lock and wakes the loop of the consumer.
//
// The layers, from the network up:
//
//    socket - ReadAheadStream - TLS, HTTP - FrameStream - ClientWebSocket - MessageReceiver - MarketConnection - LineReader - the consumer's loop
//
// Streams below the WebSocket. ClientWebSocket stays, for it is the platform's and well tested, but two streams of ours lie below it. FrameStream, directly under
// it, reads everything that has arrived in one call, up to 64 KiB, and serves the WebSocket's small reads from memory. HandshakeHandler puts it there, in the
// answer to the handshake. ReadAheadStream, at the socket, does the same below TLS, whose reads are small too, and is where a thread waits.
//
// Whole messages are counted. FrameCounter follows the frames in what FrameStream has read. So HasMore can say that the next receive will not wait, and the
// reader gathers a few messages and reports them together. A message counts when its last byte has arrived. One behind a ping does not count before the next
// read: the WebSocket answers the ping first, and the answer may have to wait.
//
// A thread receives. With ConnectionOptions.DedicatedThreads, ReceivingThread calls ReceiveHere in a loop. The socket then never waits asynchronously: the read
// blocks in the system call, the kernel wakes this one thread, and the consumer's loop runs on it too, to its next await. A message needs no change of threads.
//
// The thread is handed over. While the loop runs there, nobody receives. So another thread, the watch, looks every 45 ms, and again after 15 ms if it finds the
// loop on the thread. If it finds it there twice in a row, in one long run or in many short ones, a new thread takes over receiving, and the old one ends when
// the loop leaves it. ReceivingRole is that decision: at any time exactly one thread has the role, or has lent it to the loop.
//
// Where a receive does not complete on its thread:
//  - A pong waits because the server does not read. The WebSocket then returns an incomplete receive. The thread waits for it; the next one is made here again.
//  - A close frame has arrived. The WebSocket reads once more, for a second at most. That limit would not end a blocked read, so this read waits asynchronously.
//  - The transport is not ours, because the application put its own handler below the client. A thread that waits for it gains nothing, so receiving moves to
//    the pool for good (WaitsHere).

/// <summary>Receives the messages of one WebSocket, one after the other, until it ends. It reports how receiving ended, and its owner decides what that means.</summary>
/// <remarks>One reader at a time. <see cref="Abort"/> and <see cref="TryStop"/> may be called from any thread, also during a receive.</remarks>
/// <param name="socket">An open socket. Not owned.</param>
/// <param name="stream">The stream under the socket; null if it is not this library's own.</param>
/// <param name="maxMessageBytes">Longer messages are skipped.</param>
internal sealed class MessageReceiver(WebSocket socket, FrameStream? stream, int maxMessageBytes)
{
    private const int DefaultBufferBytes = 16 * 1024;
    private const int KeptOfOversized = 256;

    // The user of the buffer. A pending receive writes into it, so it cannot be returned to the pool until the receive has ended.
    private const int Idle = 0;
    private const int Receiving = 1;
    private const int Stopped = 2;

    private static readonly ReceivedMessage TheEnd = new(ReceivedKind.End, default, 0);

    private readonly TaskCompletionSource _readerLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _maxMessageBytes = Math.Min(maxMessageBytes, Array.MaxLength - 1);
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(DefaultBufferBytes);
    private int _lastLength;
    private long _received;
    private volatile ReceivingEnd? _end;
    private volatile bool _isAborted;
    private int _use = Idle;

    /// <summary>Whether another whole message has arrived and can be received without waiting. Read it between two receives.</summary>
    internal bool HasMore => stream?.WholeMessages > _received;

    /// <summary>Whether <see cref="ReceiveHere"/> waits on its thread. It does unless the transport is not this library's own.</summary>
    internal bool WaitsHere => stream is { IsForeign: false };

    /// <summary>How many messages were received. May be read by any thread.</summary>
    internal long Received => Volatile.Read(ref _received);

    /// <summary>How receiving ended; null until a receive has returned <see cref="ReceivedKind.End"/>.</summary>
    internal ReceivingEnd? End => _end;

    /// <summary>Completes when a receive has returned the end and left the buffer.</summary>
    internal Task ReaderLeft => _readerLeft.Task;

    internal bool IsAborted => _isAborted;

    /// <summary>Opens a TCP connection from which messages can be received at a low cost. TLS, if any, is added on top.</summary>
    /// <param name="address">The address of the service or of the proxy.</param>
    /// <param name="waitsOnThreads">Whether a thread receives from it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The address does not answer, or refuses.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    internal static async Task<Stream> ConnectAsync(IPEndPoint address, bool waitsOnThreads, CancellationToken cancellationToken) =>
        await ReadAheadStream.ConnectAsync(address, waitsOnThreads, cancellationToken).ConfigureAwait(false);

    /// <summary>Performs the handshake of a socket, and returns a receiver for its messages.</summary>
    /// <param name="socket">A configured socket. Not owned.</param>
    /// <param name="uri">The address.</param>
    /// <param name="http">Sends the handshake. Not owned.</param>
    /// <param name="maxMessageBytes">Longer messages are skipped.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    /// <exception cref="WebSocketException">The server refused, or could not be reached.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    internal static async Task<MessageReceiver> HandshakeAsync(ClientWebSocket socket, Uri uri, HttpMessageInvoker http, int maxMessageBytes, CancellationToken cancellationToken)
    {
        using HandshakeHandler handshake = new(http);
        using HttpMessageInvoker invoker = new(handshake);
        await socket.ConnectAsync(uri, invoker, cancellationToken).ConfigureAwait(false);
        return new MessageReceiver(socket, handshake.Stream, maxMessageBytes);
    }

    /// <summary>Receives the next whole message, or the end. After the end, every call returns the end. Throws only for a second reader.</summary>
    /// <exception cref="InvalidOperationException">Another receive is pending.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // no allocation per message, even when it is awaited
    internal async ValueTask<ReceivedMessage> ReceiveAsync()
    {
        switch (Interlocked.CompareExchange(ref _use, Receiving, Idle))
        {
            case Receiving:
                throw new InvalidOperationException("A connection has one reader at a time, and another receive is pending.");
            case Stopped:
                _end ??= new ReceivingEnd(IsByThisClient: true, null);
                return TheEnd;
        }

        try
        {
            if (_end is not null)
            {
                return TheEnd;
            }

            ShrinkBuffer();
            int length = 0;
            while (true)
            {
                ValueWebSocketReceiveResult part = await socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None).ConfigureAwait(false);
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return EndBy(new ReceivingEnd(IsByThisClient: false, null));
                }

                if (length > _maxMessageBytes)
                {
                    return await SkipAsync(length, part.EndOfMessage).ConfigureAwait(false);
                }

                if (part.EndOfMessage)
                {
                    _lastLength = length;
                    _received++;
                    return new ReceivedMessage(ReceivedKind.Message, _buffer.AsMemory(0, length), length);
                }

                if (length == _buffer.Length)
                {
                    GrowBuffer(length);
                }
            }
        }
        catch (Exception failure)
        {
            return EndBy(new ReceivingEnd(_isAborted || Volatile.Read(ref _use) == Stopped, failure));
        }
        finally
        {
            LeaveBuffer();
        }
    }

    /// <summary>
    /// Like <see cref="ReceiveAsync"/>, but waits on this thread and is complete when it returns, unless the transport is not this library's own
    /// (see <see cref="WaitsHere"/>), a pong has to wait, or the platform waits for the end of a connection that is being closed.
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

    /// <summary>Aborts the socket. A pending receive returns at once, with an end by this client.</summary>
    internal void Abort()
    {
        _isAborted = true;
        socket.Abort();
    }

    /// <summary>Ends the use of the last message, and every later receive. A pending receive continues until the socket ends. Returns false if it was stopped before.</summary>
    /// <param name="isReceiving">Whether a receive is pending.</param>
    internal bool TryStop(out bool isReceiving)
    {
        int use = Interlocked.Exchange(ref _use, Stopped);
        isReceiving = use == Receiving;
        if (use == Idle)
        {
            ReturnBuffer();
        }

        return use != Stopped;
    }

    /// <summary>Reads the rest of a message that is too long, overwriting it. Only its first bytes are kept.</summary>
    private async ValueTask<ReceivedMessage> SkipAsync(long length, bool isWhole)
    {
        int kept = (int)Math.Min(KeptOfOversized, Math.Min(length, _maxMessageBytes));
        while (!isWhole)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(_buffer.AsMemory(kept), CancellationToken.None).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return EndBy(new ReceivingEnd(IsByThisClient: false, null));
            }

            length += part.Count;
            isWhole = part.EndOfMessage;
        }

        _lastLength = kept;
        _received++;
        return new ReceivedMessage(ReceivedKind.Oversized, _buffer.AsMemory(0, kept), length);
    }

    private void GrowBuffer(int length)
    {
        // One byte more than a message may have, to notice that it is too long.
        long needed = Math.Min(2L * _buffer.Length, _maxMessageBytes + 1L);
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)needed);
        _buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    // After one rare long message, a connection does not keep that memory forever.
    private void ShrinkBuffer()
    {
        if (_buffer.Length > 4 * DefaultBufferBytes && _lastLength <= DefaultBufferBytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(DefaultBufferBytes);
        }
    }

    /// <summary>Ends the use of the buffer by a receive. If the receiver was stopped meanwhile, returns the buffer.</summary>
    private void LeaveBuffer()
    {
        if (_end is not null)
        {
            _readerLeft.TrySetResult();
        }

        if (Interlocked.CompareExchange(ref _use, Idle, Receiving) == Stopped)
        {
            ReturnBuffer();
        }
    }

    private void ReturnBuffer()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private ReceivedMessage EndBy(ReceivingEnd end)
    {
        _end = end;
        return TheEnd;
    }
}
