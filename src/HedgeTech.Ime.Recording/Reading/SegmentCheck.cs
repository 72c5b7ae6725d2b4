using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>What a segment holds, all of it read.</summary>
/// <param name="Begin">What its begin says.</param>
/// <param name="Counts">The intact records.</param>
/// <param name="FirstAt">The time of the first message or event, in UTC ticks; 0 if there is none.</param>
/// <param name="IsEnded">Whether it was closed properly.</param>
/// <param name="Damage">What cannot be read.</param>
internal sealed record SegmentCheck(SegmentSummary Begin, SegmentCounts Counts, long FirstAt, bool IsEnded, IReadOnlyList<RecordingDamage> Damage)
{
    /// <summary>Reads a segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="mayBeIncomplete">Whether it is being written, so that its last record may not be complete yet.</param>
    public static SegmentCheck Of(SegmentFile segment, bool mayBeIncomplete)
    {
        List<RecordingDamage> found = [];
        SealedInput? packed = segment.IsSealed ? new SealedInput(segment.FullPath, 0, Add) : null;
        using RecordReader reader = new(packed ?? (SegmentInput)new PlainInput(segment.FullPath), segment.Name.Id, Add);
        reader.Expect(0);
        SegmentSummary? begin = null;
        SegmentCounts counts = default;
        long first = 0;
        while (reader.TryRead(out Record record))
        {
            begin ??= SegmentSummary.OfBegin(record);
            counts = counts.With(record.Header, record.Payload);
            if (first == 0 && record.Header.Kind is RecordKind.Frame or RecordKind.Event or RecordKind.Lost)
            {
                first = record.Header.ReceivedAt;
            }
        }

        if (reader.Tail is { } tail && (!mayBeIncomplete || segment.IsSealed))
        {
            Add(tail);
        }

        long length = new FileInfo(segment.FullPath).Length;
        if (packed is not null && segment.ReadIndex() is null)
        {
            Add(new Damage(packed.BlocksEnd, length - packed.BlocksEnd, null, "The index at the end of the file cannot be read. The records can."));
        }

        if (begin is null && found.Count == 0 && length > 0 && !mayBeIncomplete)
        {
            Add(new Damage(0, length, null, "The file has no intact record."));
        }

        return new SegmentCheck(begin ?? SegmentSummary.Nothing, counts, first, reader.IsEnded, found);

        void Add(Damage damage) => found.Add(new RecordingDamage { File = segment.RelativePath, Offset = damage.Offset, Length = damage.Length, Records = damage.Records, Reason = damage.Reason });
    }
}
