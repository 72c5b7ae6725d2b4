using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>What a segment holds, all of it read.</summary>
/// <param name="Begin">What its begin says.</param>
/// <param name="Counts">The records that are intact in one of its files.</param>
/// <param name="FirstAt">The time of the first message or event, in UTC ticks; 0 if there is none.</param>
/// <param name="LastAt">The time of the last message or event, in UTC ticks, also if only the index tells of it; 0 if there is none.</param>
/// <param name="IsEnded">Whether it was closed properly; null if damage hides that.</param>
/// <param name="Damage">What cannot be read in its files.</param>
internal sealed record SegmentCheck(SegmentSummary Begin, SegmentCounts Counts, long FirstAt, long LastAt, bool? IsEnded, IReadOnlyList<RecordingDamage> Damage)
{
    /// <summary>Reads all files of a segment. Null if they are gone.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="mayBeIncomplete">Whether it is being written, so that its last record may not be complete yet.</param>
    public static SegmentCheck? Of(SegmentFile segment, bool mayBeIncomplete)
    {
        List<RecordingDamage> found = [];
        try
        {
            using SegmentCursor? cursor = RecordingFolder.Read<SegmentCursor?>(segment, file => SegmentCursor.Open(file, 0, static (_, _) => { }, Add), ifGone: null);
            return cursor is null ? null : Read(cursor) with { Damage = found };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Add(segment, SegmentSide.FailureOf(failure));
            return new SegmentCheck(SegmentSummary.Nothing, default, 0, 0, null, found);
        }

        SegmentCheck Read(SegmentCursor cursor)
        {
            SegmentCounts counts = default;
            long first = 0;
            while (cursor.TryRead(out Record record))
            {
                counts = counts.With(record.Header, record.Payload);
                if (first == 0 && record.Header.Kind is RecordKind.Frame or RecordKind.Event or RecordKind.Lost)
                {
                    first = record.Header.ReceivedAt;
                }
            }

            IReadOnlyList<SegmentSide> sides = cursor.ReadRest(Add);
            bool isEndKnown = sides.Any(side => IsWhole(side, cursor));
            foreach (SegmentSide side in sides)
            {
                List<Damage> atEnd = AtEnd(side, cursor, mayBeIncomplete);
                if (isEndKnown && atEnd is [{ Records: null } only])
                {
                    atEnd = [only with { Records = Math.Max(0, (long)cursor.Next - side.Next) }];
                }

                atEnd.ForEach(damage => Add(side.File, damage));
            }

            return new SegmentCheck(cursor.Summary, counts, first, Math.Max(counts.MaxReceivedAt, cursor.Recorded?.Counts.MaxReceivedAt ?? 0), cursor.IsEnded, []);
        }

        void Add(SegmentFile file, Damage damage) => found.Add(new RecordingDamage { File = file.RelativePath, Offset = damage.Offset, Length = damage.Length, Records = damage.Records, Reason = damage.Reason });
    }

    /// <summary>Whether a file holds the end of the segment, or all that was recorded before a crash.</summary>
    private static bool IsWhole(SegmentSide side, SegmentCursor segment) => segment.IsEnded is false ? segment.EndsAtCrash(side) : side.IsEnded;

    /// <summary>What is wrong behind the last record of a file.</summary>
    private static List<Damage> AtEnd(SegmentSide side, SegmentCursor segment, bool mayBeIncomplete)
    {
        if (mayBeIncomplete && !side.File.IsSealed)
        {
            return [];
        }

        if (side is { File.IsSealed: true, Length: 0 })
        {
            return [new Damage(0, 0, null, SegmentSide.Empty)];
        }

        bool isWhole = IsWhole(side, segment);
        List<Damage> found = [.. side.IsEnded ? [] : side.Damage];
        if (side.Tail is { } tail)
        {
            found.Add(tail);
        }

        if (found.Count == 0 && !isWhole)
        {
            found.Add(new Damage(side.Length, 0, null, side.Length == 0 ? SegmentSide.Empty : SegmentSide.EndMissing));
        }

        if (side.File.IsSealed && (side.IsEnded || side.Damage.Count == 0) && side.ReadIndex() is null && (isWhole || side.Length > side.BlocksEnd))
        {
            found.Add(new Damage(side.BlocksEnd, side.Length - side.BlocksEnd, null, "The index at the end of the file cannot be read. It is not needed to read the records."));
        }

        return found;
    }
}
