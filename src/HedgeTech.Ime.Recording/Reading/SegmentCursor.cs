using HedgeTech.Ime.Recording.Format;
using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>Reads one segment from a time on.</summary>
/// <param name="Reader">Its records, from the begin, or from a mark before the time.</param>
/// <param name="Summary">What is known of the segment before the first record.</param>
internal sealed record SegmentCursor(RecordReader Reader, SegmentSummary Summary)
{
    private const int Near = 2 * 1024 * 1024;

    /// <summary>Opens a segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="from">Records before this time, in UTC ticks, are not wanted. Some may come nevertheless.</param>
    /// <param name="onDamage">Called for each place that cannot be read.</param>
    /// <exception cref="FileNotFoundException">The file is gone.</exception>
    public static SegmentCursor Open(SegmentFile segment, long from, Action<Damage> onDamage)
    {
        if (from > 0)
        {
            (long start, SegmentSummary? summary) = segment.IsSealed ? SeekSealed(segment, from) : SeekPlain(segment, from);
            if (start > 0)
            {
                SegmentInput input = segment.IsSealed ? new SealedInput(segment.FullPath, start, onDamage) : new PlainInput(segment.FullPath, start);
                return new SegmentCursor(new RecordReader(input, segment.Name.Id, onDamage), summary!);
            }
        }

        using RecordReader first = segment.Read(static _ => { });
        SegmentSummary begin = first.TryRead(out Record record) ? SegmentSummary.OfBegin(record) : SegmentSummary.Nothing;
        return new SegmentCursor(segment.Read(onDamage), begin);
    }

    private static (long Start, SegmentSummary? Summary) SeekSealed(SegmentFile segment, long from)
    {
        if (segment.ReadIndex() is not { } index)
        {
            return default;
        }

        int low = 0;
        int high = index.Blocks.Count;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = index.Blocks[middle].MaxBefore < from ? (middle, high) : (low, middle);
        }

        return (low == 0 ? 0 : index.Blocks[low].Place, index.Summary);
    }

    private static (long Start, SegmentSummary? Summary) SeekPlain(SegmentFile segment, long from)
    {
        long low = 0;
        using SafeFileHandle file = PlainInput.Open(segment.FullPath);
        long high = RandomAccess.GetLength(file);
        while (high - low > Near)
        {
            long middle = (low + high) / 2;
            using RecordReader reader = new(new PlainInput(segment.FullPath, middle), segment.Name.Id, static _ => { });
            SegmentMark? mark = null;
            while (mark is null && reader.TryRead(out Record record))
            {
                mark = record.Header.Kind == RecordKind.Mark ? SegmentMark.Read(record.Payload) : null;
            }

            if (mark is not null && mark.Counts.MaxReceivedAt < from && middle + reader.RecordPosition < high)
            {
                low = middle + reader.RecordPosition;
            }
            else
            {
                high = middle;
            }
        }

        return (low, low == 0 ? null : segment.SummarizeBegin());
    }
}
