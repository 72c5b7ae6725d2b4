using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HedgeTech.Ime.Telemetry;

/// <summary>The instruments and the source of spans, both named <c>HedgeTech.Ime</c>. Times are in seconds. Thread-safe; free while nobody listens.</summary>
internal static class ImeMeter
{
    internal const string Name = "HedgeTech.Ime";

    private static readonly string? Version = typeof(ImeMeter).Assembly.GetName().Version?.ToString(3);

    /// <summary>Makes the instruments, named and measured after the conventions of OpenTelemetry.</summary>
    internal static Meter Meter { get; } = new(Name, Version);

    /// <summary>Spans: one per login, one per attempt to connect.</summary>
    internal static ActivitySource Activities { get; } = new(Name, Version);

    /// <summary>How long a login took, failed ones with <c>error.type</c>.</summary>
    internal static Histogram<double> LoginDuration { get; } =
        Meter.CreateHistogram<double>("ime.login.duration", "s", "Duration of logins.");

    /// <summary>How long an attempt to connect took, failed ones with <c>error.type</c>.</summary>
    internal static Histogram<double> HandshakeDuration { get; } =
        Meter.CreateHistogram<double>("ime.connection.handshake.duration", "s", "Duration of attempts to connect.");

    /// <summary>From the accept of a connection to its first message.</summary>
    internal static Histogram<double> FirstMessageDelay { get; } =
        Meter.CreateHistogram<double>("ime.connection.first_message.delay", "s", "Time from the accept of a connection to its first message.");

    /// <summary>Messages received, of all connections, those that another has brought too included.</summary>
    internal static Counter<long> MessagesReceived { get; } =
        Meter.CreateCounter<long>("ime.messages.received", "{message}", "Messages received.");

    /// <summary>The bytes of these, without frame headers.</summary>
    internal static Counter<long> MessagesIo { get; } =
        Meter.CreateCounter<long>("ime.messages.io", "By", "Bytes of the messages received.");

    /// <summary>Messages that are no snapshots.</summary>
    internal static Counter<long> MessagesRejected { get; } =
        Meter.CreateCounter<long>("ime.messages.rejected", "{message}", "Messages that could not be read.");

    /// <summary>From the timestamp on the wire to the receipt; clocks that differ show here.</summary>
    internal static Histogram<double> MessageDelay { get; } =
        Meter.CreateHistogram<double>("ime.message.delay", "s", "Time from the timestamp of a message to its receipt.");

    /// <summary>From the receipt to the consumer.</summary>
    internal static Histogram<double> DeliveryDelay { get; } =
        Meter.CreateHistogram<double>("ime.snapshot.delivery.delay", "s", "Time from the receipt of a snapshot to its delivery.");

    /// <summary>Snapshots given up because the consumer was too slow.</summary>
    internal static Counter<long> SnapshotsDropped { get; } =
        Meter.CreateCounter<long>("ime.snapshots.dropped", "{snapshot}", "Snapshots dropped because the consumer was too slow.");

    /// <summary>Outages, by their reason.</summary>
    internal static Counter<long> Outages { get; } =
        Meter.CreateCounter<long>("ime.outages", "{outage}", "Interruptions of connections.");

    /// <summary>Outages that are over, by the reason they began for.</summary>
    internal static Counter<long> Reconnects { get; } =
        Meter.CreateCounter<long>("ime.reconnects", "{reconnect}", "Connections that have come back.");

    /// <summary>How long these lasted: <see cref="FeedResumed.Gap"/>.</summary>
    internal static Histogram<double> OutageDuration { get; } =
        Meter.CreateHistogram<double>("ime.outage.duration", "s", "Time without data in outages that are over.");
}
