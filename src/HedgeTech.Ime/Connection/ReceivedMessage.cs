namespace HedgeTech.Ime.Connection;

/// <summary>What a receive brought.</summary>
internal enum ReceivedKind
{
    /// <summary>A whole message, text or binary; it can be empty.</summary>
    Message,

    /// <summary>A message longer than allowed: its first bytes and its length; the rest was skipped.</summary>
    Oversized,

    /// <summary>The end of the connection, and why.</summary>
    End,
}

/// <summary>A message, or the end.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Bytes">The message, or the first bytes of an oversized one; valid until the next receive or the disposal of the connection.</param>
/// <param name="Length">The length of the message in bytes, all of it.</param>
/// <param name="End">Why the connection ended; only with <see cref="ReceivedKind.End"/>.</param>
internal readonly record struct ReceivedMessage(ReceivedKind Kind, ReadOnlyMemory<byte> Bytes, long Length, ConnectionEnd? End);
