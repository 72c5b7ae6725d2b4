using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording;

/// <summary>A place in a recording that cannot be read.</summary>
public sealed record RecordingDamage
{
    /// <summary>The file, relative to the folder of the recording.</summary>
    public required string File { get; init; }

    /// <summary>Where the damage begins, in bytes from the start of the file.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes of the file cannot be read; 0 if bytes are missing there.</summary>
    public long Length { get; init; }

    /// <summary>What is wrong, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>How many records, marks included, are missing there; null if that cannot be known.</summary>
    public long? Records { get; init; }

    /// <summary>One line: where, what, and how much.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{File}, bytes {Offset} to {Offset + Length}: {Reason}{(Records is { } records ? $" {Quantity.Of(records, "record")} missing." : "")}");
}
