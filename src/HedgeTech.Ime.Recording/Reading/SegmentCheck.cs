using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>What a segment holds, all of it read.</summary>
/// <param name="File">The file that was read.</param>
/// <param name="Begin">What its begin says.</param>
/// <param name="Counts">The intact records.</param>
/// <param name="FirstAt">The time of the first message or event, in UTC ticks; 0 if there is none.</param>
/// <param name="IsEnded">Whether it was closed properly, as far as that can be known.</param>
/// <param name="Damage">What cannot be read.</param>
internal sealed record SegmentCheck(SegmentFile File, SegmentSummary Begin, SegmentCounts Counts, long FirstAt, bool IsEnded, IReadOnlyList<RecordingDamage> Damage)
{
    private long Records => Counts.Snapshots + Counts.Events;

    /// <summary>Reads a segment: its plain file and, if something in that is missing, the compressed one, and returns the one with more intact records. Null if both files are gone.</summary>
    /// <param name="segment">The segment.</param>
    public static SegmentCheck? OfBest(SegmentFile segment)
    {
        SegmentCheck? plain = OfExisting(segment with { IsSealed = false }, mayBeIncomplete: false);
        return plain is { IsEnded: true, Damage.Count: 0 } ? plain : Better(plain, OfExisting(segment with { IsSealed = true }, mayBeIncomplete: false));
    }

    /// <summary>Reads all files of a segment, and returns the one with more intact records, with the damage of both. Null if both files are gone.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="mayBeIncomplete">Whether it is being written, so that its last record may not be complete yet.</param>
    public static SegmentCheck? OfAll(SegmentFile segment, bool mayBeIncomplete)
    {
        SegmentCheck? plain = OfExisting(segment with { IsSealed = false }, mayBeIncomplete);
        SegmentCheck? compressed = OfExisting(segment with { IsSealed = true }, mayBeIncomplete);
        return Better(plain, compressed) is { } better ? better with { IsEnded = plain is { IsEnded: true } || compressed is { IsEnded: true }, Damage = [.. plain?.Damage ?? [], .. compressed?.Damage ?? []] } : null;
    }

    /// <summary>Reads a file of a segment.</summary>
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
        int damagedBefore = 0; // places, until the last record
        while (reader.TryRead(out Record record))
        {
            begin ??= SegmentSummary.OfBegin(record);
            counts = counts.With(record.Header, record.Payload);
            damagedBefore = found.Count;
            if (first == 0 && record.Header.Kind is RecordKind.Frame or RecordKind.Event or RecordKind.Lost)
            {
                first = record.Header.ReceivedAt;
            }
        }

        bool isEnded = segment.WasEnded(reader.IsEnded, found.Count > damagedBefore, Add);
        if (reader.Tail is { } tail && (!mayBeIncomplete || segment.IsSealed))
        {
            Add(tail);
        }

        long length = new FileInfo(segment.FullPath).Length;
        if (packed is not null && segment.ReadIndex() is null)
        {
            Add(new Damage(packed.BlocksEnd, length - packed.BlocksEnd, null, "The index at the end of the file cannot be read. It is not needed to read the records."));
        }

        if (begin is null && found.Count == 0 && length > 0 && !mayBeIncomplete)
        {
            Add(new Damage(0, length, null, "The file has no intact record."));
        }

        return new SegmentCheck(segment, begin ?? SegmentSummary.Nothing, counts, first, isEnded, found);

        void Add(Damage damage) => found.Add(new RecordingDamage { File = segment.RelativePath, Offset = damage.Offset, Length = damage.Length, Records = damage.Records, Reason = damage.Reason });
    }

    private static SegmentCheck? Better(SegmentCheck? plain, SegmentCheck? compressed) =>
        plain is null || compressed is null ? plain ?? compressed
        : (compressed.Records, compressed.IsEnded, -compressed.Damage.Count).CompareTo((plain.Records, plain.IsEnded, -plain.Damage.Count)) > 0 ? compressed
        : plain;

    private static SegmentCheck? OfExisting(SegmentFile file, bool mayBeIncomplete)
    {
        try
        {
            return System.IO.File.Exists(file.FullPath) ? Of(file, mayBeIncomplete) : null;
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new SegmentCheck(file, SegmentSummary.Nothing, default, 0, false, [new RecordingDamage { File = file.RelativePath, Reason = $"The file cannot be read: {failure.Message}" }]);
        }
    }
}
