using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HedgeTech.Ime.Telemetry;

/// <summary>The instruments and the source of spans, both named <c>HedgeTech.Ime</c>. Times are in seconds. Thread-safe; free while nobody listens.</summary>
internal static class ImeMeter
{
    internal const string Name = "HedgeTech.Ime";

    private static readonly string? Version = typeof(ImeMeter).Assembly.GetName().Version?.ToString(3);
    private static readonly Meter Meter = new(Name, Version);

    /// <summary>Spans: one per login, one per attempt to connect.</summary>
    internal static ActivitySource Activities { get; } = new(Name, Version);

    /// <summary>How long a login took, failed ones with <c>error.type</c>.</summary>
    internal static Histogram<double> LoginDuration { get; } =
        Meter.CreateHistogram<double>("ime.login.duration", "s", "Duration of logins.");

    /// <summary>How long an attempt to connect took, failed ones with <c>error.type</c>.</summary>
    internal static Histogram<double> HandshakeDuration { get; } =
        Meter.CreateHistogram<double>("ime.connection.handshake.duration", "s", "Duration of attempts to connect.");
}
