using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace HedgeTech.Ime.Telemetry;

/// <summary>
/// What the clients of one name tell the instruments. The name tags everything, so that the accounts of an application can be told apart;
/// clients without a name share one meter, and their measurements have no such tag.
/// </summary>
/// <remarks>
/// Thread-safe. What a feed counts anyway is asked of it when somebody collects, so that a message costs nothing for it.
/// Static, as the instruments are: they live as long as the process. There are no more of them than names.
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
        meter.CreateObservableCounter("ime.message.io", static () => Count(static counts => counts.Bytes), "By", "Bytes of the messages received, unpacked, without frame headers.");
        meter.CreateObservableCounter("ime.message.rejected", static () => Count(static counts => counts.Rejected), "{message}", "Messages that are no snapshots.");
        meter.CreateObservableCounter("ime.snapshot.dropped", static () => Count(static counts => counts.Dropped), "{snapshot}", "Snapshots given up because the consumer was too slow.");
        meter.CreateObservableCounter("ime.sink.failures", static () => Count(static counts => counts.SinkFailures), "{failure}", "Calls to sinks that threw an exception.");
        meter.CreateObservableUpDownCounter("ime.snapshot.waiting", static () => All.Values.Select(static client => client.Waiting()), "{snapshot}", "Snapshots that wait for consumers.");
        meter.CreateObservableUpDownCounter("ime.feeds", static () => All.Values.SelectMany(static client => client.States()), "{feed}", "Feeds that are enumerated, by their state.");
        meter.CreateObservableGauge("ime.data.age", static () => All.Values.SelectMany(static client => client.Age()), "s", "Age of the newest message, of the feed that has been without one for longest.");
    }

    private ClientMeter(string name) => _tags = name.Length == 0 ? [] : [new("ime.client.name", name)];

    /// <summary>The meter of the clients of that name, or of those without one.</summary>
    internal static ClientMeter Of(string? name) => All.GetOrAdd(name ?? "", static name => new ClientMeter(name));

    /// <summary>A feed is enumerated from here on, and can be asked how it stands.</summary>
    internal void Begin(Func<FeedReading> feed)
    {
        lock (_gate)
        {
            _feeds.Add(feed);
        }
    }

    /// <summary>It has ended, and counts no more.</summary>
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

    /// <summary>Begins to measure a call to the service; null when nobody listens.</summary>
    /// <inheritdoc cref="MeasuredCall.Begin"/>
    internal MeasuredCall? BeginCall(string name, Histogram<double> duration, Uri server, TimeProvider time) => MeasuredCall.Begin(name, duration, server, time, _tags);

    /// <summary>A connection has brought its first message.</summary>
    internal void FirstMessage(TimeSpan delay) => ImeMeter.FirstMessageDelay.Record(Seconds(delay), _tags);

    /// <summary>A message has come.</summary>
    internal void Received(TimeSpan delay) => ImeMeter.MessageDelay.Record(Seconds(delay), _tags);

    /// <summary>The consumer has a snapshot.</summary>
    internal void Delivered(TimeSpan delay) => ImeMeter.DeliveryDelay.Record(Seconds(delay), _tags);

    /// <summary>An outage has begun.</summary>
    internal void Interrupted(Enum reason)
    {
        if (ImeMeter.Outages.Enabled)
        {
            ImeMeter.Outages.Add(1, WithReason(reason));
        }
    }

    /// <summary>It is over.</summary>
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

    // The feeds and what those before them counted, of one moment. The feeds are asked outside the lock, for they have their own.
    private (Func<FeedReading>[] Feeds, FeedCounts Ended) Now()
    {
        lock (_gate)
        {
            return ([.. _feeds], _ended);
        }
    }

    private TagList WithReason(Enum reason) => new(_tags) { { "ime.outage.reason", Word(reason) } };

    private static string Word(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    // Two clocks that differ are no reason to count backwards.
    private static double Seconds(TimeSpan time) => Math.Max(0, time.TotalSeconds);
}
