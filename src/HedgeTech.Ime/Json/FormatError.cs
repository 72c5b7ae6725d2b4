namespace HedgeTech.Ime.Json;

/// <summary>Why a message is no snapshot, and where it shows.</summary>
/// <param name="Reason">In plain words, short and printable whatever the message holds.</param>
/// <param name="ByteOffset">In bytes from the begin of the message.</param>
internal readonly record struct FormatError(string Reason, long ByteOffset)
{
    internal ImeFormatException ToException() => new(Reason, ByteOffset);
}
