using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>What there is to know of a segment without reading all of it.</summary>
/// <param name="Begin">Its begin; null if that cannot be read.</param>
/// <param name="BeganAt">The time of its begin, in UTC ticks; 0 if that cannot be read.</param>
/// <param name="Continues">Whether it continues its predecessor without a gap.</param>
/// <param name="Last">What a mark at its end would say.</param>
/// <param name="IsEnded">Whether it was closed properly.</param>
internal sealed record SegmentSummary(SegmentBegin? Begin, long BeganAt, bool Continues, SegmentMark Last, bool IsEnded)
{
    /// <summary>Of a segment of which nothing can be read.</summary>
    public static SegmentSummary Nothing { get; } = new(null, 0, false, new SegmentMark(default, 0, []), false);

    /// <summary>Whether nothing of the segment can be read: no record, not even its begin.</summary>
    public bool IsNothing => ReferenceEquals(this, Nothing);

    /// <summary>All contracts of the segment.</summary>
    public IEnumerable<ContractKey> Contracts => [.. Begin?.Contracts ?? [], .. Last.Contracts];

    /// <summary>Reads the first record of a segment.</summary>
    public static SegmentSummary OfBegin(in Record record)
    {
        SegmentBegin? begin = record.Header.Kind == RecordKind.Begin ? SegmentBegin.Read(record.Payload) : null;
        return new SegmentSummary(
            begin,
            begin is null ? 0 : record.Header.ReceivedAt,
            begin is not null && record.Header.Flags.HasFlag(RecordFlags.Continues),
            new SegmentMark(default, (ushort)(begin?.Contracts.Count ?? 0), []),
            IsEnded: false);
    }
}
