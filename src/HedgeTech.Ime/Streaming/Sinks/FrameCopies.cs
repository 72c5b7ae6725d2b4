namespace HedgeTech.Ime.Streaming.Sinks;

/// <summary>Keeps copies of messages in memory that is used again, so that a copy allocates nothing. Not thread-safe.</summary>
internal sealed class FrameCopies
{
    private const int FirstChunkBytes = 16 * 1024;
    private const int LargestChunkBytes = 1024 * 1024;

    private byte[] _chunk = [];
    private int _used;

    /// <summary>A copy that is valid until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> message)
    {
        if (message.Length > LargestChunkBytes)
        {
            // Rare, and too much to keep for later.
            return message.ToArray();
        }

        if (_chunk.Length - _used < message.Length)
        {
            // The copies in the old chunk keep it alive.
            _chunk = new byte[Math.Min(Math.Max(Math.Max(2 * _chunk.Length, message.Length), FirstChunkBytes), LargestChunkBytes)];
            _used = 0;
        }

        Memory<byte> copy = _chunk.AsMemory(_used, message.Length);
        message.CopyTo(copy.Span);
        _used += message.Length;
        return copy;
    }

    public void Clear() => _used = 0;
}
