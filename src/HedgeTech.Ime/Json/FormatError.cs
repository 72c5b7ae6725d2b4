namespace HedgeTech.Ime.Json;

/// <summary>Why a message is not a snapshot.</summary>
/// <param name="Reason">The reason in plain words: short and printable, whatever the message contains.</param>
/// <param name="ByteOffset">Byte offset of the error from the start of the message.</param>
internal readonly record struct FormatError(string Reason, long ByteOffset)
{
    internal ImeFormatException ToException() => new(Reason, ByteOffset);
}
