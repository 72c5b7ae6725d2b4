namespace HedgeTech.Ime.Tests.Connection.Receiving;

/// <summary>Returns its bytes in pieces of random length, sometimes immediately and sometimes later. Ignores everything that is written to it.</summary>
internal sealed class PiecemealStream(byte[] bytes, Random random) : Stream
{
    private readonly int _most = random.Next(3) == 0 ? random.Next(1, 8) : random.Next(1, 20_000);
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (random.Next(16) == 0)
        {
            await Task.Yield();
        }

        return Read(buffer.Span);
    }

    public override int Read(Span<byte> buffer)
    {
        int length = Math.Min(Math.Min(buffer.Length, bytes.Length - _at), random.Next(1, _most + 1));
        bytes.AsSpan(_at, length).CopyTo(buffer);
        _at += length;
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override void Write(byte[] buffer, int offset, int count)
    {
        // No peer reads the data.
    }

    public override void Flush()
    {
        // The stream does not buffer.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
