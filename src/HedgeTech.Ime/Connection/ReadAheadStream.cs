using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Connection;

/// <summary>
/// A socket's stream that takes all that has arrived in one call to the system, and can be read by a thread that waits for it: being woken by the thread
/// pool for each message costs many times what reading it does.
/// </summary>
/// <remarks>One reader and one writer at a time; to be disposed of from anywhere, which ends a read that waits.</remarks>
internal sealed class ReadAheadStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private const int BufferBytes = 64 * 1024;

    [ThreadStatic]
    private static bool _waitsHere;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private volatile bool _isDisposed;

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
        if (_start < _end)
        {
            return new ValueTask<int>(TakeAhead(buffer.Span));
        }

        if (buffer.IsEmpty)
        {
            return base.ReadAsync(buffer, cancellationToken); // it is asked when there will be something
        }

        if (_waitsHere)
        {
            _start = 0;
            _end = WaitForSome();
            return new ValueTask<int>(TakeAhead(buffer.Span));
        }

        return ReadAheadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => _start < _end ? TakeAhead(buffer) : base.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // nothing is allocated per read
    private async ValueTask<int> ReadAheadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await base.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
        return TakeAhead(buffer.Span);
    }

    private int TakeAhead(Span<byte> buffer)
    {
        int taken = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, taken).CopyTo(buffer);
        _start += taken;
        return taken;
    }

    // Not by a blocking socket: one that was connected asynchronously blocks only by way of the thread that serves the asynchronous ones.
    private int WaitForSome()
    {
        if (Socket.Blocking)
        {
            Socket.Blocking = false;
        }

        while (true)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            int received = Socket.Receive(_buffer, SocketFlags.None, out SocketError error);
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
