using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Connection.Receiving;

/// <summary>
/// The stream of a socket. It reads everything that has arrived in one system call, and a thread can wait on it for more: to be woken through the thread pool
/// for each message costs many times what reading the message does.
/// </summary>
/// <param name="socket">Connected; the stream owns it.</param>
/// <param name="waitsOnThreads">
/// Whether a separate thread waits even for a read that may not block its caller, so that the socket never waits asynchronously (see <see cref="BlockingCall"/>).
/// Such reads are few: those of login and handshake.
/// </param>
/// <remarks>One reader and one writer at a time. It may be disposed from any thread, which ends a read that waits.</remarks>
internal sealed class ReadAheadStream(Socket socket, bool waitsOnThreads) : NetworkStream(socket, ownsSocket: true)
{
    /// <summary>More reads than login and handshake need. Each costs a thread, so further reads wait asynchronously.</summary>
    private const int MaxReadsOnThreads = 100;

    [ThreadStatic]
    private static bool _waitsHere;

    private ReadAheadBuffer _ahead = new();
    private int _readsOnThreads;
    private volatile bool _isDisposed;
    private volatile IOException? _writeFailure;

    /// <summary>
    /// Whether reads on this thread block it and are complete when they return. The thread holds this flag because the layers between this stream and its
    /// reader, such as TLS, have no parameter for it.
    /// </summary>
    internal static bool WaitsHere
    {
        get => _waitsHere;
        set => _waitsHere = value;
    }

    /// <summary>Connects a socket to an address.</summary>
    /// <param name="address">The address of the service or of the proxy.</param>
    /// <param name="waitsOnThreads">As for the stream.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SocketException">The address does not answer, or refuses.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    internal static async Task<ReadAheadStream> ConnectAsync(IPEndPoint address, bool waitsOnThreads, CancellationToken cancellationToken)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (waitsOnThreads)
            {
                await BlockingCall.RunAsync(() => Connect(socket, address), socket, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
            else
            {
                await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            }

            return new ReadAheadStream(socket, waitsOnThreads);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_ahead.IsEmpty)
        {
            return new ValueTask<int>(_ahead.Read(buffer.Span));
        }

        ThrowIfBroken();
        if (_waitsHere)
        {
            if (buffer.Length >= ReadAheadBuffer.Size)
            {
                return new ValueTask<int>(WaitForSome(buffer.Span));
            }

            _ahead.Commit(WaitForSome(_ahead.Writable.Span));
            return new ValueTask<int>(_ahead.Read(buffer.Span));
        }

        if (waitsOnThreads && _readsOnThreads < MaxReadsOnThreads)
        {
            _readsOnThreads++;
            return ReadOnThreadAsync(buffer, cancellationToken);
        }

        // An empty read completes when there is something to read.
        return buffer.IsEmpty ? base.ReadAsync(buffer, cancellationToken) : ReadAheadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        if (!_ahead.IsEmpty)
        {
            return _ahead.Read(buffer);
        }

        ThrowIfBroken();
        return base.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Writes. A failure is thrown by the read that finds nothing more, not here: a pong that fails would make the WebSocket discard everything that has arrived.</summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException failure) when (!_isDisposed)
        {
            _writeFailure = failure;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // nothing is allocated per read
    private async ValueTask<int> ReadAheadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _ahead.Commit(await base.ReadAsync(_ahead.Writable, cancellationToken).ConfigureAwait(false));
        return _ahead.Read(buffer.Span);
    }

    private async ValueTask<int> ReadOnThreadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _ahead.Commit(await BlockingCall.RunAsync(() => WaitForSome(_ahead.Writable.Span), this, cancellationToken).ConfigureAwait(false));
        return _ahead.Read(buffer.Span);
    }

    private static bool Connect(Socket socket, IPEndPoint address)
    {
        socket.Connect(address);
        return true;
    }

    private void ThrowIfBroken()
    {
        if (_writeFailure is { } failure && Socket.Available == 0)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    // The socket does not block, the poll does: a blocking socket that was connected asynchronously would be served by the thread for asynchronous sockets.
    private int WaitForSome(Span<byte> buffer)
    {
        if (Socket.Blocking)
        {
            Socket.Blocking = false;
        }

        while (true)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            int received = Socket.Receive(buffer, SocketFlags.None, out SocketError error);
            switch (error)
            {
                case SocketError.Success:
                    return received;
                case SocketError.WouldBlock:
                    Socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
                    break;
                case SocketError.Interrupted:
                    break;
                default:
                    throw new IOException($"The connection broke: {error}.", new SocketException((int)error));
            }
        }
    }
}
