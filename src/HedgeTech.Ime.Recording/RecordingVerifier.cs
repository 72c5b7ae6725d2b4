using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;

namespace HedgeTech.Ime.Recording;

/// <summary>Checks a recording, byte for byte.</summary>
/// <remarks>Thread-safe.</remarks>
public static class RecordingVerifier
{
    /// <summary>Reads all of a recording. Damage is listed in the report, and does not throw.</summary>
    /// <param name="folder">The folder that a <see cref="MarketRecorder"/> wrote, or still writes, to.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="FileNotFoundException">The folder holds no recording.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static RecordingReport Verify(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        folder = Path.GetFullPath(folder);
        RecordingFolder.RequireRecording(folder);
        bool isWritten = RecordingFolder.IsBeingWritten(folder);
        IReadOnlyList<SegmentFile> segments = RecordingFolder.List(folder);
        List<RecordingDamage> damage = [];
        List<RecordingGap> gaps = [];
        SegmentChain chain = new();
        SegmentCounts total = default;
        long begin = 0;
        GapReason? gap = null;
        bool isEnded = true;
        foreach (SegmentFile segment in segments)
        {
            SegmentCheck check = SegmentCheck.Of(segment, mayBeIncomplete: isWritten && segment == segments[^1]);
            damage.AddRange(check.Damage);
            gap = chain.Begin(segment, check.Begin) ?? gap;
            chain.End(isEnded = check.IsEnded);
            if (gap is { } reason && check.FirstAt > 0)
            {
                gaps.Add(new RecordingGap { From = Time(total.MaxReceivedAt), To = Time(check.FirstAt), Reason = Text(reason) });
                gap = null;
            }

            begin = begin == 0 ? check.FirstAt : begin;
            total = new SegmentCounts(
                total.Snapshots + check.Counts.Snapshots,
                total.Events + check.Counts.Events,
                total.LostSnapshots + check.Counts.LostSnapshots,
                total.LostEvents + check.Counts.LostEvents,
                Math.Max(total.MaxReceivedAt, check.Counts.MaxReceivedAt));
        }

        if (!isEnded && !isWritten)
        {
            gaps.Add(new RecordingGap { From = Time(total.MaxReceivedAt), To = Time(total.MaxReceivedAt), Reason = Text(GapReason.Crashed) });
        }

        return new RecordingReport
        {
            Segments = segments.Count,
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
