using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace HedgeTech.Ime.Telemetry;

/// <summary>
/// Records the measurements of all clients of one name. Each measurement has the name as a tag, to distinguish the accounts of an application.
/// Clients without a name share one meter, and their measurements do not have the tag.
/// </summary>
/// <remarks>
/// Thread-safe. The counts of a feed are read when a collector asks for them, so they cost nothing per message.
/// There is one meter per name. Like the instruments, the meters are static and live as long as the process.
/// </remarks>
internal sealed class ClientMeter
{
    private static readonly ConcurrentDictionary<string, ClientMeter> All = new();

    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly Lock _gate = new();
    private readonly HashSet<Func<FeedReading>> _feeds = [];
    private FeedCounts _ended;

    static ClientMeter()
    {
        Meter meter = ImeMeter.Meter;
        meter.CreateObservableCounter("ime.message.received", static () => Count(static counts => counts.Messages), "{message}", "Messages received, on all connections, rejected ones included.");
        meter.CreateObservableCounter("ime.message.io", static () => Count(static counts => counts.Bytes), "By", "Uncompressed bytes of the messages received, without frame headers.");
        meter.CreateObservableCounter("ime.message.rejected", static () => Count(static counts => counts.Rejected), "{message}", "Messages that are not snapshots.");
        meter.CreateObservableCounter("ime.snapshot.dropped", static () => Count(static counts => counts.Dropped), "{snapshot}", "Snapshots dropped because the consumer was too slow, or because they arrived too late to be delivered in order.");
        meter.CreateObservableCounter("ime.sink.failures", static () => Count(static counts => counts.SinkFailures), "{failure}", "Calls to sinks that threw an exception.");
        meter.CreateObservableUpDownCounter("ime.snapshot.waiting", static () => All.Values.Select(static client => client.Waiting()), "{snapshot}", "Snapshots waiting for consumers.");
        meter.CreateObservableUpDownCounter("ime.feeds", static () => All.Values.SelectMany(static client => client.States()), "{feed}", "Feeds being enumerated, by state.");
        meter.CreateObservableGauge("ime.data.age", static () => All.Values.SelectMany(static client => client.Age()), "s", "Age of the newest message of the feed that has been without messages the longest.");
    }

    private ClientMeter(string name) => _tags = name.Length == 0 ? [] : [new("ime.client.name", name)];

    /// <summary>Returns the meter of the clients of that name, or of those without a name.</summary>
    internal static ClientMeter Of(string? name) => All.GetOrAdd(name ?? "", static name => new ClientMeter(name));

    /// <summary>Adds a feed whose enumeration has started.</summary>
    internal void Begin(Func<FeedReading> feed)
    {
        lock (_gate)
        {
            _feeds.Add(feed);
        }
    }

    /// <summary>Removes a feed that has ended, and keeps what it counted.</summary>
    internal void End(Func<FeedReading> feed)
    {
        FeedCounts last = feed().Counts;
        lock (_gate)
        {
            if (_feeds.Remove(feed))
            {
                _ended += last;
            }
        }
    }

    /// <summary>Starts to measure a call to the service; returns null if nobody listens.</summary>
    /// <inheritdoc cref="MeasuredCall.Begin"/>
    internal MeasuredCall? BeginCall(string name, Histogram<double> duration, Uri server, TimeProvider time) => MeasuredCall.Begin(name, duration, server, time, _tags);

    /// <summary>Records the first message of a line.</summary>
    internal void FirstMessage(TimeSpan delay) => ImeMeter.FirstMessageDelay.Record(Seconds(delay), _tags);

    /// <summary>Records a received message.</summary>
    internal void Received(TimeSpan delay) => ImeMeter.MessageDelay.Record(Seconds(delay), _tags);

    /// <summary>Records a snapshot that reached the consumer.</summary>
    internal void Delivered(TimeSpan delay) => ImeMeter.DeliveryDelay.Record(Seconds(delay), _tags);

    /// <summary>Records the start of an outage.</summary>
    internal void Interrupted(Enum reason)
    {
        if (ImeMeter.Outages.Enabled)
        {
            ImeMeter.Outages.Add(1, WithReason(reason));
        }
    }

    /// <summary>Records the end of an outage.</summary>
    internal void Resumed(Enum reason, TimeSpan gap)
    {
        if (ImeMeter.Reconnects.Enabled || ImeMeter.OutageDuration.Enabled)
        {
            TagList tags = WithReason(reason);
            ImeMeter.Reconnects.Add(1, tags);
            ImeMeter.OutageDuration.Record(Seconds(gap), tags);
        }
    }

    private static IEnumerable<Measurement<long>> Count(Func<FeedCounts, long> which) =>
        All.Values.Select(client => new Measurement<long>(which(client.Counts()), client._tags));

    private FeedCounts Counts()
    {
        (Func<FeedReading>[] feeds, FeedCounts counts) = Now();
        return feeds.Aggregate(counts, static (sum, feed) => sum + feed().Counts);
    }

    private Measurement<long> Waiting() => new(Now().Feeds.Sum(static feed => (long)feed().Waiting), _tags);

    private IEnumerable<Measurement<long>> States() =>
        from feed in Now().Feeds
        group feed by feed().State into same
        select new Measurement<long>(same.Count(), [.. _tags, new("ime.feed.state", Word(same.Key))]);

    private IEnumerable<Measurement<double>> Age()
    {
        TimeSpan? oldest = Now().Feeds.Max(static feed => feed().Age);
        return oldest is { } age ? [new Measurement<double>(Seconds(age), _tags)] : [];
    }

    // A consistent pair: the feeds, and the counts of those that have ended. The feeds are read outside the lock, because each has its own lock.
    private (Func<FeedReading>[] Feeds, FeedCounts Ended) Now()
    {
        lock (_gate)
        {
            return ([.. _feeds], _ended);
        }
    }

    private TagList WithReason(Enum reason) => new(_tags) { { "ime.outage.reason", Word(reason) } };

    private static string Word(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    // Two clocks may differ, but a delay is never negative.
    private static double Seconds(TimeSpan time) => Math.Max(0, time.TotalSeconds);
}
