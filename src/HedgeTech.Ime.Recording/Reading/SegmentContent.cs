namespace HedgeTech.Ime.Recording.Reading;

/// <summary>Tells what a segment holds, from whichever of its files can tell.</summary>
internal static class SegmentContent
{
    /// <summary>
    /// What the segment holds if one of its files is certain of it: a compressed one with an index, or a plain one that was closed properly. Null if neither is, because of damage or a
    /// crash, or because the segment is being written. Quick.
    /// </summary>
    public static SegmentSummary? IfCertain(SegmentFile segment) => OfCompressed(segment) ?? OfPlain(segment, ifCertain: true);

    /// <summary>What the segment holds, as far as it can be read. Quick, unless it has a compressed file that is damaged.</summary>
    public static SegmentSummary Of(SegmentFile segment) =>
        OfCompressed(segment)
        ?? OfPlain(segment, ifCertain: File.Exists((segment with { IsSealed = true }).FullPath))
        ?? RecordingFolder.Read(segment, ReadAll, SegmentSummary.Nothing);

    private static SegmentSummary? OfCompressed(SegmentFile segment) => Ask(segment with { IsSealed = true }, static file => file.ReadIndex()?.Summary);

    private static SegmentSummary? OfPlain(SegmentFile segment, bool ifCertain) =>
        Ask(segment with { IsSealed = false }, static file => file.SummarizePlain().Summary) is { } plain && (plain is { IsEnded: true, Begin: not null } || !ifCertain) ? plain : null;

    private static SegmentSummary ReadAll(SegmentFile segment)
    {
        using SegmentCursor cursor = SegmentCursor.Open(segment, 0, static (_, _) => { });
        SummaryReader summary = new();
        while (cursor.TryRead(out Record record))
        {
            summary.Add(record);
        }

        return summary.Summary ?? cursor.Summary;
    }

    private static SegmentSummary? Ask(SegmentFile file, Func<SegmentFile, SegmentSummary?> ask)
    {
        try
        {
            return File.Exists(file.FullPath) ? ask(file) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // it cannot tell
        }
    }
}
