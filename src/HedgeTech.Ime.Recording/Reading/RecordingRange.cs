using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>From when to when a recording reaches.</summary>
internal static class RecordingRange
{
    public static (DateTimeOffset Begin, DateTimeOffset End) Of(string folder)
    {
        IReadOnlyList<SegmentFile> segments = RecordingFolder.List(folder);
        if (segments.Count == 0)
        {
            throw RecordingFolder.NoRecording(folder);
        }

        long begin = segments.Select(static segment => RecordingFolder.Read(segment, FirstTime, ifGone: 0)).FirstOrDefault(static time => time > 0);
        long end = segments.Reverse().Select(static segment => SegmentContent.Of(segment).Last.Counts.MaxReceivedAt).FirstOrDefault(static time => time > 0);
        DateTimeOffset began = begin > 0 ? new DateTimeOffset(begin, TimeSpan.Zero) : segments[0].Name.BeganAt;
        return (began, end > begin ? new DateTimeOffset(end, TimeSpan.Zero) : began);
    }

    private static long FirstTime(SegmentFile segment)
    {
        using SegmentCursor cursor = SegmentCursor.Open(segment, 0, static (_, _) => { });
        while (cursor.TryRead(out Record record))
        {
            if (record.Header is { Kind: RecordKind.Frame or RecordKind.Event or RecordKind.Lost, ReceivedAt: > 0 })
            {
                return record.Header.ReceivedAt;
            }
        }

        return 0;
    }
}
