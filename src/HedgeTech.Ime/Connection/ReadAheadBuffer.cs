namespace HedgeTech.Ime.Connection;

/// <summary>Bytes that were read at one go and are taken in pieces. Mutable, and so to be held in a field that is not read-only.</summary>
internal struct ReadAheadBuffer()
{
    /// <summary>What is read at one go at most.</summary>
    internal const int Size = 64 * 1024;

    private readonly byte[] _bytes = new byte[Size];
    private int _start;
    private int _end;

    internal readonly bool IsEmpty => _start == _end;

    /// <summary>All of it, to be read into once everything has been taken.</summary>
    internal readonly Memory<byte> Room => _bytes;

    /// <summary>So many bytes were read; returns them.</summary>
    internal ReadOnlySpan<byte> Fill(int length)
    {
        (_start, _end) = (0, length);
        return _bytes.AsSpan(0, length);
    }

    /// <summary>Takes as many as there are and fit.</summary>
    internal int Take(Span<byte> buffer)
    {
        int taken = Math.Min(buffer.Length, _end - _start);
        _bytes.AsSpan(_start, taken).CopyTo(buffer);
        _start += taken;
        return taken;
    }
}
