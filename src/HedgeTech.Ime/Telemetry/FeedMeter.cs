using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace HedgeTech.Ime.Telemetry;

/// <summary>What one feed tells the instruments: what is counted as it happens, and what can be asked at any time.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FeedMeter(Func<FeedReading> read) : IDisposable
{
    private static readonly ConcurrentDictionary<FeedMeter, bool> Open = new();

    private readonly ConcurrentDictionary<int, string> _reasons = new();

    // Static, as are those of what happens: instruments live as long as the process.
    static FeedMeter()
    {
        ImeMeter.Meter.CreateObservableUpDownCounter("ime.feeds", CountByState, "{feed}", "Feeds that are being enumerated.");
        ImeMeter.Meter.CreateObservableUpDownCounter("ime.snapshots.waiting", static () => Open.Keys.Sum(static feed => (long)feed.Read().Waiting), "{snapshot}", "Snapshots that wait for consumers.");
        ImeMeter.Meter.CreateObservableGauge("ime.data.age", OldestAge, "s", "Age of the newest message, of the feed that has been without one for longest.");
    }

    /// <summary>The feed is enumerated from here on.</summary>
    internal void Begin() => Open[this] = true;

    /// <summary>A connection is down.</summary>
    internal void Interrupted(int connection, string reason)
    {
        _reasons[connection] = reason;
        ImeMeter.Outages.Add(1, new KeyValuePair<string, object?>("ime.reason", reason));
    }

    /// <summary>It is back.</summary>
    internal void Resumed(int connection, TimeSpan gap)
    {
        _reasons.TryRemove(connection, out string? reason);
        KeyValuePair<string, object?> tag = new("ime.reason", reason ?? "unknown");
        ImeMeter.Reconnects.Add(1, tag);
        ImeMeter.OutageDuration.Record(gap.TotalSeconds, tag);
    }

    /// <summary>The feed has ended, and is asked no more.</summary>
    public void Dispose() => Open.TryRemove(this, out _);

    private FeedReading Read() => read();

    private static IEnumerable<Measurement<long>> CountByState() =>
        Open.Keys.GroupBy(static feed => feed.Read().State).Select(static state => new Measurement<long>(state.Count(), new KeyValuePair<string, object?>("ime.feed.state", state.Key)));

    private static IEnumerable<Measurement<double>> OldestAge()
    {
        double[] ages = [.. Open.Keys.Select(static feed => feed.Read().Age).OfType<TimeSpan>().Select(static age => age.TotalSeconds)];
        return ages.Length == 0 ? [] : [new Measurement<double>(ages.Max())];
    }
}
