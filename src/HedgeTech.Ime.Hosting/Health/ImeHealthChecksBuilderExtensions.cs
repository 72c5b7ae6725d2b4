using HedgeTech.Ime.Hosting.Feeds;
using HedgeTech.Ime.Hosting.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime.Hosting;

/// <summary>Health checks of hosted feeds.</summary>
/// <remarks>
/// Healthy while live and fresh; degraded while a connection is down or silent in trading hours, or the feed is still connecting; unhealthy when the feed
/// has ended or its data are older than the bound. The data of the result: state, age in seconds, and counts.
/// </remarks>
public static class ImeHealthChecksBuilderExtensions
{
    /// <summary>Checks a feed that was added by <c>AddImeFeed</c>.</summary>
    /// <param name="builder">What it is added to.</param>
    /// <param name="name">The name of the check; with a feed of a name, that follows: <c>ime:gold</c>.</param>
    /// <param name="feedName">The name of the feed; null for the one without a name.</param>
    /// <param name="configure">When a feed counts as degraded and as unhealthy; with every default if null.</param>
    /// <param name="failureStatus">What is reported instead of unhealthy; unhealthy if null.</param>
    /// <param name="tags">The tags of the check.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">A name is empty or blank, or an option is wrong: the message names it, its value and its bound.</exception>
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
