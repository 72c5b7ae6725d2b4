using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HedgeTech.Ime.Relay.Health;

/// <summary>Checks a source by its statistics.</summary>
internal sealed class SourceHealthCheck(RelaySource source, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan InterruptedAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(5);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        RelaySourceStatistics statistics = source.Statistics;
        TimeSpan? silent = time.GetUtcNow() - statistics.LastPushAt;
        (HealthStatus status, string description) = Judge(statistics, silent);
        Dictionary<string, object> data = new()
        {
            ["relay"] = source.RelayName,
            ["streams"] = statistics.Streams,
            ["redisReachable"] = statistics.IsConnected,
            ["lagSeconds"] = statistics.Lag.TotalSeconds,
            ["messages"] = statistics.Messages,
            ["repairs"] = statistics.Repairs,
            ["interruptions"] = statistics.Interruptions,
        };
        if (statistics.LastPushAt is { } last)
        {
            data["lastHeartbeatAt"] = last;
        }

        return Task.FromResult(new HealthCheckResult(status == HealthStatus.Unhealthy ? context.Registration.FailureStatus : status, description, data: data));
    }

    private static (HealthStatus Status, string Description) Judge(RelaySourceStatistics statistics, TimeSpan? silent) =>
        statistics.Streams == 0 ? (HealthStatus.Healthy, "No stream is open.")
        : !statistics.IsConnected ? (HealthStatus.Unhealthy, "Not connected to Redis.")
        : silent is null ? (HealthStatus.Degraded, "Connected to Redis, but no heartbeat from a publisher yet.")
        : silent > DeadAfter ? (HealthStatus.Unhealthy, FormattableString.Invariant($"No heartbeat from a publisher for {silent.Value.TotalSeconds:0.#} s."))
        : silent > InterruptedAfter ? (HealthStatus.Degraded, FormattableString.Invariant($"No heartbeat from a publisher for {silent.Value.TotalSeconds:0.#} s."))
        : statistics.Lag > LateAfter ? (HealthStatus.Degraded, FormattableString.Invariant($"The newest message was {statistics.Lag.TotalSeconds:0.#} s old when it was delivered."))
        : (HealthStatus.Healthy, "Reading.");
}
