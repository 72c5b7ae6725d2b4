using System.Diagnostics.Metrics;

namespace HedgeTech.Ime.Recording.Hosting;

/// <summary>The instruments of all recorders of the process. They are computed when somebody collects, so recording costs nothing more. Thread-safe.</summary>
internal static class RecorderMeter
{
    internal const string Name = "HedgeTech.Ime.Recording";

    private static readonly Lock Gate = new();
    private static readonly Dictionary<MarketRecorder, TimeProvider> Recorders = [];
    private static (long Bytes, long Lost) _ended;

    internal static Meter Meter { get; } = Create();

    /// <summary>A recorder records from here on.</summary>
    internal static void Begin(MarketRecorder recorder, TimeProvider time)
    {
        lock (Gate)
        {
            Recorders.Add(recorder, time);
        }
    }

    /// <summary>The recorder has stopped and counts no more.</summary>
    internal static void End(MarketRecorder recorder)
    {
        RecorderStatistics last = recorder.Statistics;
        lock (Gate)
        {
            if (Recorders.Remove(recorder))
            {
                _ended = (_ended.Bytes + last.Bytes, _ended.Lost + last.Lost);
            }
        }
    }

    private static Meter Create()
    {
        Meter meter = new(Name, typeof(RecorderMeter).Assembly.GetName().Version?.ToString(3));
        meter.CreateObservableCounter("ime.recording.io", static () => Total(static statistics => statistics.Bytes, static ended => ended.Bytes), "By", "Bytes written to recordings, before compression.");
        meter.CreateObservableCounter("ime.recording.lost", static () => Total(static statistics => statistics.Lost, static ended => ended.Lost), "{record}", "Snapshots and events that the disk could not take.");
        meter.CreateObservableGauge("ime.recording.flush.delay", LongestDelay, "s", "Time since everything received was last on the disk, for the recorder that is furthest behind.");
        return meter;
    }

    private static long Total(Func<RecorderStatistics, long> which, Func<(long Bytes, long Lost), long> whichOfEnded)
    {
        (KeyValuePair<MarketRecorder, TimeProvider>[] recorders, (long Bytes, long Lost) ended) = Now();
        return whichOfEnded(ended) + recorders.Sum(recorder => which(recorder.Key.Statistics));
    }

    private static IEnumerable<Measurement<double>> LongestDelay()
    {
        TimeSpan? longest = Now().Recorders.Max(static recorder => recorder.Value.GetUtcNow() - recorder.Key.Statistics.LastFlushedAt);
        return longest is { } delay ? [new Measurement<double>(Math.Max(0, delay.TotalSeconds))] : [];
    }

    // Their statistics are read outside the lock.
    private static (KeyValuePair<MarketRecorder, TimeProvider>[] Recorders, (long Bytes, long Lost) Ended) Now()
    {
        lock (Gate)
        {
            return ([.. Recorders], _ended);
        }
    }
}
