using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording;

/// <summary>What an export has written, or has written so far.</summary>
public sealed record ExportReport
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The number of rows. A finished export has at least one.</summary>
    public long Rows { get; init; }

    /// <summary>When the first row was received (UTC), or when its bar starts.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>When the last row was received (UTC), or when its bar ends.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>The number of snapshots that are missing in the exported part according to the recording itself. They are in no row.</summary>
    public long Lost { get; init; }

    /// <summary>One line with all of it.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Quantity.Of(Rows, "row")} from {From:yyyy-MM-dd HH:mm:ss.fffzzz} to {To:yyyy-MM-dd HH:mm:ss.fffzzz} in {File}{(Lost > 0 ? $"; the recording lacks {Quantity.Of(Lost, "snapshot")}" : "")}");
}
