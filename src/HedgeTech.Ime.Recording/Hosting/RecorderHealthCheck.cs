using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HedgeTech.Ime.Recording.Hosting;

/// <summary>Judges a recorder: unhealthy while nothing can be written, degraded when something was lost lately or the disk is far behind.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RecorderHealthCheck(MarketRecorder recorder, TimeSpan flushInterval, TimeProvider time) : IHealthCheck
{
    /// <summary>How long a loss is reported.</summary>
    private static readonly TimeSpan LossReported = TimeSpan.FromMinutes(5);

    /// <summary>A disk may be busy for a moment.</summary>
    private static readonly TimeSpan FlushTolerance = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long _lost;
    private DateTimeOffset? _lostAt;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        RecorderStatistics statistics = recorder.Statistics;
        DateTimeOffset now = time.GetUtcNow();
        TimeSpan? behind = now - statistics.LastFlushedAt;
        (HealthStatus status, string description) =
            statistics.Failure is { } failure ? (context.Registration.FailureStatus, $"Nothing can be recorded: {failure}")
            : IsLossRecent(statistics.Lost, now) ? (HealthStatus.Degraded, FormattableString.Invariant($"Snapshots or events were lost in the past {LossReported.TotalMinutes} minutes; {statistics.Lost} since the start."))
            : behind > flushInterval + FlushTolerance ? (HealthStatus.Degraded, FormattableString.Invariant($"The disk is {behind.Value.TotalSeconds:0} seconds behind."))
            : (HealthStatus.Healthy, "Everything is recorded.");
        Dictionary<string, object> data = new()
        {
            ["folder"] = recorder.Folder,
            ["snapshots"] = statistics.Snapshots,
            ["events"] = statistics.Events,
            ["bytes"] = statistics.Bytes,
            ["lost"] = statistics.Lost,
            ["writeTimeouts"] = statistics.WriteTimeouts,
        };
        if (behind is { } delay)
        {
            data["flushedSecondsAgo"] = delay.TotalSeconds;
        }

        return Task.FromResult(new HealthCheckResult(status, description, data: data));
    }

    private bool IsLossRecent(long lost, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (lost > _lost)
            {
                _lost = lost;
                _lostAt = now;
            }

            return now - _lostAt < LossReported;
        }
    }
}
