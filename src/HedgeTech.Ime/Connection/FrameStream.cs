using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Connection;

/// <summary>
/// The stream right under a WebSocket: takes what has arrived at one go, where the WebSocket would ask for the few bytes of a header and then for those
/// of a message, through all layers each time; and knows of it how many messages are whole.
/// </summary>
/// <param name="inner">The stream of the connection, TLS and proxies behind it; owned.</param>
/// <remarks>One reader and one writer at a time.</remarks>
internal sealed class FrameStream(Stream inner) : Stream
{
    private ReadAheadBuffer _ahead = new();
    private FrameCounter _frames;

    /// <summary>How many messages have come whole since the handshake; at least these can be received without a wait.</summary>
    internal long WholeMessages => _frames.Messages;

    /// <summary>Whether a read that was to wait on its thread did not: the transport is not this library's own.</summary>
    internal bool IsForeign { get; private set; }

    public override bool CanRead => inner.CanRead;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_ahead.IsEmpty)
        {
            return new ValueTask<int>(_ahead.Take(buffer.Span));
        }

        if (buffer.IsEmpty)
        {
            // It asks when there will be something.
            return inner.ReadAsync(buffer, cancellationToken);
        }

        if (_frames.HasClose)
        {
            // The platform reads once more after a close frame and sends no more pings. It gives up after a second, so this must not wait on the thread.
            ReadAheadStream.WaitsHere = false;
        }

        ValueTask<int> filling = inner.ReadAsync(_ahead.Room, cancellationToken);
        if (!filling.IsCompletedSuccessfully)
        {
            IsForeign |= ReadAheadStream.WaitsHere && !filling.IsCompleted;
            return FillAsync(filling, buffer);
        }

        Fill(filling.Result);
        return new ValueTask<int>(_ahead.Take(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        if (_ahead.IsEmpty)
        {
            Fill(inner.Read(_ahead.Room.Span));
        }

        return _ahead.Take(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // nothing is allocated per read
    private async ValueTask<int> FillAsync(ValueTask<int> filling, Memory<byte> buffer)
    {
        Fill(await filling.ConfigureAwait(false));
        return _ahead.Take(buffer.Span);
    }

    private void Fill(int length) => _frames.Add(_ahead.Fill(length));
}
