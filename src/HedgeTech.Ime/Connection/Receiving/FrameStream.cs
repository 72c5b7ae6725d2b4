using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Connection.Receiving;

/// <summary>
/// The stream directly under a WebSocket. It reads everything that has arrived in one call, where the WebSocket would ask for the few bytes of a frame header
/// and then for the payload, through all layers each time. It also counts how many messages in what it has read are whole.
/// </summary>
/// <param name="inner">The stream of the connection, above TLS and any proxy; owned.</param>
/// <remarks>One reader and one writer at a time.</remarks>
internal sealed class FrameStream(Stream inner) : Stream
{
    private ReadAheadBuffer _ahead = new();
    private FrameCounter _frames;

    /// <summary>How many whole messages have arrived since the handshake. At least these can be received without waiting.</summary>
    internal long WholeMessages => _frames.Messages;

    /// <summary>Whether a read that should have waited on its thread did not, because the transport is not this library's own.</summary>
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
            return new ValueTask<int>(_ahead.Read(buffer.Span));
        }

        if (buffer.IsEmpty)
        {
            // An empty read completes when there is something to read.
            return inner.ReadAsync(buffer, cancellationToken);
        }

        if (_frames.HasClose)
        {
            // After a close frame the platform reads once more, for a second at most, and sends no more pings. A read that blocks its thread would escape that limit.
            ReadAheadStream.WaitsHere = false;
        }

        ValueTask<int> filling = inner.ReadAsync(_ahead.Writable, cancellationToken);
        if (!filling.IsCompletedSuccessfully)
        {
            IsForeign |= ReadAheadStream.WaitsHere && !filling.IsCompleted;
            return ReadOnAsync(filling, buffer);
        }

        Commit(filling.Result);
        return new ValueTask<int>(_ahead.Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        if (_ahead.IsEmpty)
        {
            Commit(inner.Read(_ahead.Writable.Span));
        }

        return _ahead.Read(buffer);
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
    private async ValueTask<int> ReadOnAsync(ValueTask<int> filling, Memory<byte> buffer)
    {
        Commit(await filling.ConfigureAwait(false));
        return _ahead.Read(buffer.Span);
    }

    private void Commit(int length) => _frames.Add(_ahead.Commit(length));
}
