using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Connection;

/// <summary>
/// A socket's stream that takes all that has arrived in one call to the system, and can be read by a thread that waits for it: being woken by the thread
/// pool for each message costs many times what reading it does.
/// </summary>
/// <param name="socket">Connected; the stream owns it.</param>
/// <param name="waitsOnThreads">
/// Whether also a read that may not wait on its thread is done by one that waits, so that the socket never waits asynchronously: once it has, whatever
/// arrives at it wakes a thread of the platform, and that one of the pool, though nobody waits there. Such reads are few: those of login and handshake.
/// </param>
/// <remarks>One reader and one writer at a time; to be disposed of from anywhere, which ends a read that waits.</remarks>
internal sealed class ReadAheadStream(Socket socket, bool waitsOnThreads) : NetworkStream(socket, ownsSocket: true)
{
    /// <summary>More reads than login and handshake need. Each costs a thread, so whoever reads on like this waits asynchronously from then on.</summary>
    private const int MostReadsOnThreads = 100;

    [ThreadStatic]
    private static bool _waitsHere;

    private ReadAheadBuffer _ahead = new();
    private int _readsOnThreads;
    private volatile bool _isDisposed;
    private volatile IOException? _writeFailure;

    /// <summary>
    /// Whether reads on this thread wait on it and are complete when they return. It is a matter of the thread, as what lies between the stream and
    /// its reader, such as TLS, hands nothing through.
    /// </summary>
    internal static bool WaitsHere
    {
        get => _waitsHere;
        set => _waitsHere = value;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_ahead.IsEmpty)
        {
            return new ValueTask<int>(_ahead.Take(buffer.Span));
        }

        ThrowIfBroken();
        if (_waitsHere)
        {
            if (buffer.Length >= ReadAheadBuffer.Size)
            {
                return new ValueTask<int>(WaitForSome(buffer.Span));
            }

            _ahead.Fill(WaitForSome(_ahead.Room.Span));
            return new ValueTask<int>(_ahead.Take(buffer.Span));
        }

        if (waitsOnThreads && _readsOnThreads < MostReadsOnThreads)
        {
            _readsOnThreads++;
            return ReadOnThreadAsync(buffer, cancellationToken);
        }

        // One of nothing asks when there will be something.
        return buffer.IsEmpty ? base.ReadAsync(buffer, cancellationToken) : ReadAheadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        if (!_ahead.IsEmpty)
        {
            return _ahead.Take(buffer);
        }

        ThrowIfBroken();
        return base.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Writes. A failure is told by the read that has nothing more to bring: told here, that of a pong would make the WebSocket give up all that has arrived.</summary>
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
        _ahead.Fill(await base.ReadAsync(_ahead.Room, cancellationToken).ConfigureAwait(false));
        return _ahead.Take(buffer.Span);
    }

    private async ValueTask<int> ReadOnThreadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _ahead.Fill(await BlockingCall.RunAsync(() => WaitForSome(_ahead.Room.Span), this, cancellationToken).ConfigureAwait(false));
        return _ahead.Take(buffer.Span);
    }

    private void ThrowIfBroken()
    {
        if (_writeFailure is { } failure && Socket.Available == 0)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    // Not by a blocking socket: one that was connected asynchronously blocks only by way of the thread that serves the asynchronous ones.
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
