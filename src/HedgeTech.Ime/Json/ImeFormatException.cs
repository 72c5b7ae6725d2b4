namespace HedgeTech.Ime;

/// <summary>A message is not a market snapshot.</summary>
public sealed class ImeFormatException : ImeException
{
    internal ImeFormatException(string reason, long byteOffset, Exception? innerException = null)
        : base(FormattableString.Invariant($"The message is not a market snapshot: {reason} (at byte {byteOffset})."), isTransient: false, innerException)
    {
        Reason = reason;
        ByteOffset = byteOffset;
    }

    /// <summary>Byte offset of the error from the start of the message.</summary>
    public long ByteOffset { get; }

    /// <summary>Why the message is not a market snapshot.</summary>
    public string Reason { get; }
}
