using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HedgeTech.Ime.Relay.Health;

/// <summary>Checks a publisher by its statistics.</summary>
internal sealed class PublisherHealthCheck(RelayPublisher publisher, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(1);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        RelayPublisherStatistics statistics = publisher.Statistics;
        TimeSpan? silent = time.GetUtcNow() - statistics.LastAnswerAt;
        (HealthStatus status, string description) = Judge(statistics, silent);
        Dictionary<string, object> data = new()
        {
            ["relay"] = publisher.RelayName,
            ["role"] = publisher.Role.ToString(),
            ["ready"] = statistics.IsReady,
            ["redisReachable"] = silent <= SilentAfter,
            ["lagSeconds"] = statistics.Lag.TotalSeconds,
            ["messages"] = statistics.Messages,
            ["dropped"] = statistics.Dropped,
            ["takeovers"] = statistics.Takeovers,
        };
        if (statistics.LastAnswerAt is { } last)
        {
            data["lastAnswerAt"] = last;
        }

        return Task.FromResult(new HealthCheckResult(status == HealthStatus.Unhealthy ? context.Registration.FailureStatus : status, description, data: data));
    }

    private (HealthStatus Status, string Description) Judge(RelayPublisherStatistics statistics, TimeSpan? silent) =>
        publisher.HasEnded ? (HealthStatus.Unhealthy, "The publisher has ended.")
        : !publisher.HasStarted ? (HealthStatus.Degraded, "The publisher has not started.")
        : silent is null ? (HealthStatus.Unhealthy, "Redis has not answered yet.")
        : silent > SilentAfter ? (HealthStatus.Unhealthy, FormattableString.Invariant($"Redis has not answered for {silent.Value.TotalSeconds:0.#} s."))
        : statistics.Lag > LateAfter ? (HealthStatus.Degraded, FormattableString.Invariant($"Messages have waited for Redis for {statistics.Lag.TotalSeconds:0.#} s."))
        : publisher.Role == RelayRole.Leading ? (HealthStatus.Healthy, "Leading.")
        : publisher.IsHot && !statistics.IsReady ? (HealthStatus.Degraded, "Standing by, but not in step with the relay yet: a takeover now would leave a gap.")
        : (HealthStatus.Healthy, "Standing by.");
}
