using System.Globalization;
using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording;

/// <summary>What <see cref="RecordingVerifier"/> found in a recording.</summary>
public sealed record RecordingReport
{
    /// <summary>The number of segments.</summary>
    public int Segments { get; init; }

    /// <summary>The number of intact snapshots.</summary>
    public long Snapshots { get; init; }

    /// <summary>The number of intact events, rejected messages included.</summary>
    public long Events { get; init; }

    /// <summary>The number of snapshots and events that are missing according to the recording itself: the recorder could not write them, or they arrived too late to be delivered in order.</summary>
    public long Lost { get; init; }

    /// <summary>When the first record was received, UTC; null if there is none.</summary>
    public DateTimeOffset? Begin { get; init; }

    /// <summary>When the last record was received, UTC; null if there is none.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>The times in which nothing was recorded: between two runs of a recorder, after a crash, or where a segment between two others was deleted. A crash at the very end is a gap whose times are equal.
    /// Outages of the feed are not among them: those were recorded, as events.</summary>
    public required IReadOnlyList<RecordingGap> Gaps { get; init; }

    /// <summary>The places that cannot be read; empty if the recording is intact.</summary>
    public required IReadOnlyList<RecordingDamage> Damage { get; init; }

    /// <summary>One line with the counts.</summary>
    public override string ToString() =>
        $"{Quantity.Of(Segments, "segment")} with {Quantity.Of(Snapshots, "snapshot")} and {Quantity.Of(Events, "event")}, {Lost.ToString(CultureInfo.InvariantCulture)} lost, {Quantity.Of(Gaps.Count, "gap")}, {Quantity.Of(Damage.Count, "damaged place")}";
}
