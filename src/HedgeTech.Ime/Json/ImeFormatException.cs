namespace HedgeTech.Ime;

/// <summary>A message is no snapshot.</summary>
public sealed class ImeFormatException : ImeException
{
    internal ImeFormatException(string reason, long byteOffset, Exception? innerException = null)
        : base(FormattableString.Invariant($"The message is no market snapshot: {reason} (at byte {byteOffset})."), isTransient: false, innerException)
    {
        Reason = reason;
        ByteOffset = byteOffset;
    }

    /// <summary>Where in the message, in bytes from its begin.</summary>
    public long ByteOffset { get; }

    /// <summary>Why it is no snapshot.</summary>
    public string Reason { get; }
}
