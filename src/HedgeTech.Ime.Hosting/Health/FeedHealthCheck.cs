using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HedgeTech.Ime.Hosting.Health;

/// <summary>Checks a feed by its board: unhealthy if it has ended or its data are too old, degraded if a part of it is down or it is quiet.</summary>
internal sealed class FeedHealthCheck(MarketBoard board, ImeHealthCheckOptions options, TradingHours? hours, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        FeedState state = board.State;
        BoardStatistics statistics = board.Statistics;
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? last = board.LastReceivedAt;
        TimeSpan? age = last is { } received ? TimeBetween(received, now) : null;

        (HealthStatus status, string description) = Judge(state, statistics, now, OpenAge(last ?? board.StartedAt, now));
        if (status == HealthStatus.Unhealthy)
        {
            status = context.Registration.FailureStatus;
        }

        Dictionary<string, object> data = new()
        {
            ["state"] = state.ToString(),
            ["contracts"] = board.Contracts.Count,
            ["contractsWithData"] = board.Snapshot().Count,
            ["contractsInterrupted"] = statistics.InterruptedContracts,
            ["contractsSilent"] = statistics.SilentContracts,
            ["received"] = statistics.Received,
            ["dropped"] = statistics.Dropped,
            ["rejected"] = statistics.Rejected,
            ["interruptions"] = statistics.Interruptions,
        };
        if (age is { } known)
        {
            data["dataAgeSeconds"] = known.TotalSeconds;
            data["lastReceivedAt"] = last!.Value;
        }

        return Task.FromResult(new HealthCheckResult(status, description, board.Failure, data));
    }

    private (HealthStatus Status, string Description) Judge(FeedState state, BoardStatistics statistics, DateTimeOffset now, TimeSpan age)
    {
        bool isOpen = hours?.IsOpen(now) ?? true;
        if (state == FeedState.Ended)
        {
            return (HealthStatus.Unhealthy, board.Failure is { } failure ? $"The feed has ended: {failure.Message}" : "The feed has ended.");
        }

        if (age > options.UnhealthyAfter)
        {
            return (HealthStatus.Unhealthy, $"No data for {Seconds(age)}{(hours is null ? "" : " of trading")}. The limit is {Seconds(options.UnhealthyAfter)}.");
        }

        if (state == FeedState.Interrupted)
        {
            return (HealthStatus.Degraded, $"Interrupted for {statistics.InterruptedContracts} of {board.Contracts.Count} contracts.");
        }

        if (state != FeedState.Live)
        {
            return (HealthStatus.Degraded, state == FeedState.Idle ? "The feed has not started." : "Connecting.");
        }

        if (age > options.DegradedAfter)
        {
            return (HealthStatus.Degraded, $"No data for {Seconds(age)}{(hours is null ? "" : " of trading")}.");
        }

        return isOpen && statistics.SilentContracts > 0
            ? (HealthStatus.Degraded, $"Silent for {statistics.SilentContracts} of {board.Contracts.Count} contracts.")
            : (HealthStatus.Healthy, isOpen ? "Live." : "Live. The market is closed.");
    }

    // Data do not age while the market is closed.
    private TimeSpan OpenAge(DateTimeOffset? since, DateTimeOffset now) =>
        since is not { } begin || begin >= now ? TimeSpan.Zero
        : hours is null ? now - begin
        : hours.OpenTimeBetween(begin, now);

    private static TimeSpan TimeBetween(DateTimeOffset from, DateTimeOffset to) => to > from ? to - from : TimeSpan.Zero;

    private static string Seconds(TimeSpan span) => FormattableString.Invariant($"{span.TotalSeconds:0.#} s");
}
