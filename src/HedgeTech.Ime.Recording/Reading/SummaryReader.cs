using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>Makes the summary of a segment from its records.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SummaryReader
{
    private SegmentSummary? _begin;
    private SegmentMark? _mark;
    private bool _isEnded;

    /// <summary>What the segment holds up to the last record.</summary>
    public SegmentCounts Counts { get; private set; }

    /// <summary>Whether there was a mark.</summary>
    public bool HasMark => _mark is not null;

    /// <summary>The summary; null if there was no record.</summary>
    public SegmentSummary? Summary => _begin is null ? null : _begin with { Last = (_mark ?? _begin.Last) with { Counts = Counts }, IsEnded = _isEnded };

    /// <summary>Reads the next record.</summary>
    public void Add(in Record record)
    {
        _begin ??= SegmentSummary.OfBegin(record);
        if (record.Header.Kind is RecordKind.Mark or RecordKind.End && SegmentMark.Read(record.Payload) is { } mark)
        {
            _mark = mark;
            _isEnded = record.Header.Kind == RecordKind.End;
            Counts = mark.Counts with { MaxReceivedAt = Math.Max(Counts.MaxReceivedAt, mark.Counts.MaxReceivedAt) };
            return;
        }

        Counts = Counts.With(record.Header, record.Payload);
    }
}
