using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;

namespace HedgeTech.Ime.Recording;

/// <summary>Checks a recording, byte for byte.</summary>
/// <remarks>Thread-safe.</remarks>
public static class RecordingVerifier
{
    /// <summary>Reads a whole recording and lists its damage instead of throwing an exception. If a segment has two files, it checks both.</summary>
    /// <param name="folder">The folder of the recording. A recorder may still be writing to it.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="FileNotFoundException">The folder does not contain a recording.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static RecordingReport Verify(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        folder = Path.GetFullPath(folder);
        RecordingFolder.RequireRecording(folder);
        IReadOnlyList<SegmentFile> segments = RecordingFolder.List(folder);
        bool isWritten = RecordingFolder.IsBeingWritten(folder); // asked after the list was made, so that the last segment of the list is complete if nobody writes
        List<RecordingDamage> damage = [];
        List<RecordingGap> gaps = [];
        SegmentChain chain = new();
        SegmentCounts total = default;
        long begin = 0;
        long last = 0; // the time of the last record; before the first one, when its segment began
        GapReason? gap = null;
        long gapFrom = 0;
        bool isEnded = true;
        int count = 0;
        foreach (SegmentFile segment in segments)
        {
            bool mayBeIncomplete = isWritten && segment == segments[^1];
            if (SegmentCheck.Of(segment, mayBeIncomplete) is not { } check)
            {
                continue; // deleted by the recorder, because it was too old
            }

            count++;
            damage.AddRange(check.Damage);
            if (chain.Begin(segment, check.Begin) is { } reason)
            {
                gapFrom = gap is null ? last : gapFrom;
                gap = reason;
            }

            chain.End(isEnded = check.IsEnded is not false); // if that is not known, the damage is all that can be said
            if (gap is { } why && check.FirstAt > 0)
            {
                gaps.Add(new RecordingGap { From = Time(total.MaxReceivedAt > 0 ? gapFrom : Math.Min(gapFrom, check.FirstAt)), To = Time(check.FirstAt), Reason = Text(why) });
                gap = null;
            }

            begin = begin == 0 ? check.FirstAt : begin;
            total = new SegmentCounts(
                total.Snapshots + check.Counts.Snapshots,
                total.Events + check.Counts.Events,
                total.LostSnapshots + check.Counts.LostSnapshots,
                total.LostEvents + check.Counts.LostEvents,
                Math.Max(total.MaxReceivedAt, check.Counts.MaxReceivedAt));
            last = Math.Max(total.MaxReceivedAt, check.LastAt) is var latest and > 0 ? Math.Max(last, latest)
                : check.Begin.BeganAt > 0 ? check.Begin.BeganAt
                : last > 0 ? last // nothing is known to have been recorded since
                : segment.Name.BeganAt.UtcTicks;
        }

        if (!isEnded && !isWritten)
        {
            gaps.Add(new RecordingGap { From = Time(last), To = Time(last), Reason = Text(GapReason.Crashed) });
        }

        return new RecordingReport
        {
            Segments = count,
            Snapshots = total.Snapshots,
            Events = total.Events,
            Lost = total.LostSnapshots + total.LostEvents,
            Begin = begin == 0 ? null : Time(begin),
            End = begin == 0 ? null : Time(total.MaxReceivedAt),
            Gaps = gaps,
            Damage = damage,
        };
    }

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    private static string Text(GapReason reason) => reason switch
    {
        GapReason.Stopped => "The recording was stopped.",
        GapReason.Crashed => "The recorder did not end properly.",
        _ => "A segment is missing.",
    };
}
