using HedgeTech.Ime.Hosting.Feeds;
using HedgeTech.Ime.Hosting.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime.Hosting;

/// <summary>Adds health checks for hosted feeds.</summary>
/// <remarks>
/// A feed is healthy while it is live and its data are fresh. It is degraded while a connection is down or silent in trading hours, or the feed is still
/// connecting. It is unhealthy if it has ended or its data are older than the limit. The result contains the state, the age in seconds, and the counts.
/// </remarks>
public static class ImeHealthChecksBuilderExtensions
{
    /// <summary>Adds a check of a feed that was added by <c>AddImeFeed</c>.</summary>
    /// <param name="builder">The builder to add the check to.</param>
    /// <param name="name">The name of the check. For a feed with a name, that is appended: <c>ime:gold</c>.</param>
    /// <param name="feedName">The name of the feed; null for the one without a name.</param>
    /// <param name="configure">Sets when the feed counts as degraded and as unhealthy; null for the defaults.</param>
    /// <param name="failureStatus">The status to report instead of unhealthy; unhealthy if null.</param>
    /// <param name="tags">The tags of the check.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">A name is empty or blank, or an option is invalid. The message names it, its value and its limit.</exception>
    public static IHealthChecksBuilder AddImeHealthCheck(
        this IHealthChecksBuilder builder,
        string name = "ime",
        string? feedName = null,
        Action<ImeHealthCheckOptions>? configure = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (feedName is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(feedName);
        }

        ImeHealthCheckOptions given = new();
        configure?.Invoke(given);
        ImeHealthCheckOptions options = given.CopyAndValidate();
        return builder.Add(new HealthCheckRegistration(feedName is null ? name : $"{name}:{feedName}", Create, failureStatus, tags));

        FeedHealthCheck Create(IServiceProvider provider) => new(
            ImeFeedServiceCollectionExtensions.BoardOf(provider, feedName),
            options,
            options.TradingHours ?? HoursOfClient(provider, feedName),
            provider.GetService<TimeProvider>() ?? TimeProvider.System);
    }

    private static TradingHours? HoursOfClient(IServiceProvider provider, string? feedName)
    {
        FeedRegistration? feed = provider.GetKeyedService<FeedRegistration>(feedName ?? "");
        TradingHours? ofClient = provider.GetService<IOptionsMonitor<ImeClientOptions>>()?.Get(feed?.ClientName ?? Options.DefaultName).Feed.TradingHours;
        return feed is null ? ofClient : feed.HoursAfter(ofClient);
    }
}
