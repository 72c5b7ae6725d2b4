namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>A place in the log: the entry up to which something has been read or written.</summary>
/// <param name="Term">The term of the entry.</param>
/// <param name="Number">The number of the entry, dense over the life of the log.</param>
/// <param name="Milliseconds">The other half of the id of the entry in the stream.</param>
internal readonly record struct LogPosition(Term Term, long Number, long Milliseconds)
{
    public static LogPosition None => default;

    public bool IsNone => Number == 0;
}
