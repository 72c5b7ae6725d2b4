using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Sealing;
using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>One segment of a recording, in the file that it is read from.</summary>
/// <param name="Folder">The folder of the recording.</param>
/// <param name="Date">The folder in it, named after the date in Tehran.</param>
/// <param name="Name">The segment's name.</param>
/// <param name="IsSealed">Whether it is compressed.</param>
internal sealed record SegmentFile(string Folder, string Date, SegmentName Name, bool IsSealed)
{
    /// <summary>Enough for the end of a segment that was closed properly.</summary>
    private const int FirstLookBehind = 32 * 1024;

    /// <summary>The file, relative to the folder.</summary>
    public string RelativePath => $"{Date}/{Name}{(IsSealed ? SegmentName.Sealed : SegmentName.Plain)}";

    public string FullPath => System.IO.Path.Combine(Folder, Date, $"{Name}{(IsSealed ? SegmentName.Sealed : SegmentName.Plain)}");

    /// <summary>Reads the segment from its beginning.</summary>
    public RecordReader Read(Action<Damage> onDamage)
    {
        RecordReader reader = new(IsSealed ? new SealedInput(FullPath, 0, onDamage) : new PlainInput(FullPath), Name.Id, onDamage);
        reader.Expect(0);
        return reader;
    }

    /// <summary>The index of a compressed segment; null if it is damaged.</summary>
    public SealedIndex? ReadIndex()
    {
        using SafeFileHandle file = PlainInput.Open(FullPath);
        return SealedIndex.Read(file, Name.Id);
    }

    /// <summary>Whether a compressed segment still holds what was compressed, which is damaged if the plain file was. Reads all of it.</summary>
    public bool IsAsSealed()
    {
        try
        {
            bool isIntact = true;
            using SealedInput input = new(FullPath, 0, _ => isIntact = false);
            Span<byte> content = new byte[64 * 1024];
            while (isIntact && input.Read(content) > 0)
            {
                // Reading checks.
            }

            return isIntact && ReadIndex() is not null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false; // what cannot be read is not what was compressed
        }
    }

    /// <summary>What there is to know of a plain segment, and what cannot be read behind the last record. Quick, unless the segment is damaged.</summary>
    public (SegmentSummary Summary, Damage? Tail) SummarizePlain()
    {
        using SafeFileHandle file = PlainInput.Open(FullPath);
        long length = RandomAccess.GetLength(file);
        SegmentSummary begin = SummarizeBegin();
        for (long behind = FirstLookBehind; behind < length; behind *= 2)
        {
            if (SummarizeFrom(length - behind) is { HasMark: true } found)
            {
                return (found.Summary with { Begin = begin.Begin, BeganAt = begin.BeganAt, Continues = begin.Continues }, found.Tail);
            }
        }

        (SegmentSummary summary, Damage? tail, _) = SummarizeFrom(0);
        return (summary, tail);
    }

    /// <summary>What its first record says.</summary>
    public SegmentSummary SummarizeBegin()
    {
        using RecordReader reader = Read(static _ => { });
        return reader.TryRead(out Record record) ? SegmentSummary.OfBegin(record) : SegmentSummary.Nothing;
    }

    private (SegmentSummary Summary, Damage? Tail, bool HasMark) SummarizeFrom(long start)
    {
        using RecordReader reader = new(new PlainInput(FullPath, start), Name.Id, static _ => { });
        SummaryReader summary = new();
        while (reader.TryRead(out Record record))
        {
            summary.Add(record);
        }

        return (summary.Summary ?? SegmentSummary.Nothing, reader.Tail, summary.HasMark);
    }
}
