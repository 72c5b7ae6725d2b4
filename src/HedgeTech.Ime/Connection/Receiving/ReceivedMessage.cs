namespace HedgeTech.Ime.Connection.Receiving;

/// <summary>What a receive returned.</summary>
internal enum ReceivedKind
{
    /// <summary>A whole message, text or binary; it can be empty.</summary>
    Message,

    /// <summary>A message longer than allowed: its first bytes and its length. The rest was skipped.</summary>
    Oversized,

    /// <summary>The end of the connection. The connection says why it ended.</summary>
    End,
}

/// <summary>A message, or the end.</summary>
/// <param name="Kind">The kind of the result.</param>
/// <param name="Bytes">The message, or the first bytes of an oversized one. Valid until the next receive or the disposal of the connection.</param>
/// <param name="Length">The length of the whole message in bytes.</param>
internal readonly record struct ReceivedMessage(ReceivedKind Kind, ReadOnlyMemory<byte> Bytes, long Length);
