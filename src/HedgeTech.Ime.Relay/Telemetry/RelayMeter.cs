using System.Diagnostics.Metrics;

namespace HedgeTech.Ime.Relay.Telemetry;

/// <summary>The instruments of both sides of a relay, named <c>HedgeTech.Ime.Relay</c>. Thread-safe. Costs nothing while nobody listens.</summary>
internal static class RelayMeter
{
    internal const string Name = "HedgeTech.Ime.Relay";

    private static readonly Meter Meter = new(Name, typeof(RelayMeter).Assembly.GetName().Version?.ToString(3));

    internal static Counter<long> Entries { get; } =
        Meter.CreateCounter<long>("ime.relay.entries", "{entry}", "Entries that a publisher has written to Redis, or that a reader has read from it.");

    internal static Counter<long> Bytes { get; } =
        Meter.CreateCounter<long>("ime.relay.io", "By", "Bytes of the messages and events in these entries.");

    internal static Histogram<double> Lag { get; } = Meter.CreateHistogram(
        "ime.relay.lag", "s", "Time from the receipt of a message by the publisher until Redis has confirmed it, or until a reader delivers it.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600] });

    internal static Counter<long> Takeovers { get; } =
        Meter.CreateCounter<long>("ime.relay.takeovers", "{takeover}", "How often a publisher became the leader.");

    internal static Counter<long> Repairs { get; } =
        Meter.CreateCounter<long>("ime.relay.repairs", "{repair}", "Reads of the log for entries that a reader did not get by push.");
}
