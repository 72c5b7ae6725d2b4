using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HedgeTech.Ime.Telemetry;

/// <summary>
/// The source of spans and the instruments, all named <c>HedgeTech.Ime</c>. Their names and units follow the conventions of OpenTelemetry.
/// The observable instruments are in <see cref="ClientMeter"/>. Thread-safe. Costs nothing while nobody listens.
/// </summary>
internal static class ImeMeter
{
    internal const string Name = "HedgeTech.Ime";

    private static readonly string? Version = typeof(ImeMeter).Assembly.GetName().Version?.ToString(3);

    // The default buckets of collectors are meant for milliseconds.
    private static readonly double[] CallSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] FirstMessageSeconds = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];
    private static readonly double[] MessageSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] DeliverySeconds = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];
    private static readonly double[] OutageSeconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400];

    internal static Meter Meter { get; } = new(Name, Version);

    /// <summary>Spans: one per login, one per attempt to connect.</summary>
    internal static ActivitySource Activities { get; } = new(Name, Version);

    /// <summary>Logins. Failed ones have the tag <c>error.type</c>.</summary>
    internal static Histogram<double> LoginDuration { get; } =
        Timed("ime.login.duration", "Duration of logins.", CallSeconds);

    /// <summary>Attempts to connect. Failed ones have the tag <c>error.type</c>.</summary>
    internal static Histogram<double> HandshakeDuration { get; } =
        Timed("ime.connection.handshake.duration", "Duration of attempts to connect.", CallSeconds);

    internal static Histogram<double> FirstMessageDelay { get; } =
        Timed("ime.connection.first_message.delay", "Time from the acceptance of a connection to its first message.", FirstMessageSeconds);

    internal static Histogram<double> MessageDelay { get; } =
        Timed("ime.message.delay", "Time from the timestamp of a message to its receipt, including the difference of the two clocks.", MessageSeconds);

    internal static Histogram<double> DeliveryDelay { get; } =
        Timed("ime.snapshot.delivery.delay", "Time from the receipt of a snapshot to the consumer.", DeliverySeconds);

    internal static Counter<long> Outages { get; } =
        Meter.CreateCounter<long>("ime.outages", "{outage}", "Outages of connections that have started.");

    internal static Counter<long> Reconnects { get; } =
        Meter.CreateCounter<long>("ime.reconnects", "{reconnect}", "Outages of connections that have ended.");

    internal static Histogram<double> OutageDuration { get; } =
        Timed("ime.outage.duration", "Time without data in an outage that has ended.", OutageSeconds);

    private static Histogram<double> Timed(string name, string description, double[] buckets) =>
        Meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });
}
