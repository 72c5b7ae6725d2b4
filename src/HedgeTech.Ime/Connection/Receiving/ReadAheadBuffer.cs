namespace HedgeTech.Ime.Connection.Receiving;

/// <summary>The bytes of one read, which are handed out in pieces. Mutable, so keep it in a field that is not read-only.</summary>
internal struct ReadAheadBuffer()
{
    /// <summary>The maximum number of bytes in one read.</summary>
    internal const int Size = 64 * 1024;

    private readonly byte[] _bytes = new byte[Size];
    private int _start;
    private int _end;

    internal readonly bool IsEmpty => _start == _end;

    /// <summary>The whole buffer, which may be filled while <see cref="IsEmpty"/>. Then call <see cref="Commit"/>.</summary>
    internal readonly Memory<byte> Writable => _bytes;

    /// <summary>Makes the first bytes of <see cref="Writable"/> the content.</summary>
    /// <param name="length">How many bytes were written.</param>
    /// <returns>These bytes.</returns>
    internal ReadOnlySpan<byte> Commit(int length)
    {
        (_start, _end) = (0, length);
        return _bytes.AsSpan(0, length);
    }

    /// <summary>Moves as many bytes as there are and as fit into the buffer.</summary>
    /// <returns>The number of bytes.</returns>
    internal int Read(Span<byte> buffer)
    {
        int length = Math.Min(buffer.Length, _end - _start);
        _bytes.AsSpan(_start, length).CopyTo(buffer);
        _start += length;
        return length;
    }
}
