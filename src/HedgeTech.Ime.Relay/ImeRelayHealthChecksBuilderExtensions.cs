using HedgeTech.Ime.Relay.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HedgeTech.Ime.Relay;

/// <summary>Adds health checks for both sides of a relay. The results contain the role, the lag, when Redis last answered, and the counts.</summary>
public static class ImeRelayHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of a publisher. It is unhealthy if the publisher has ended, or if Redis has not answered for five seconds. It is degraded if the publisher has not started, if messages have waited
    /// for Redis for more than a second, or if the publisher is a hot standby that could not take over without a gap.
    /// </summary>
    /// <param name="builder">The builder to add the check to.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="publisherName">The name of the publisher, as passed to <c>AddImeRelayPublisher</c>; null for the one without a name.</param>
    /// <param name="failureStatus">The status to report instead of unhealthy; unhealthy if null.</param>
    /// <param name="tags">The tags of the check.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">A name is empty or blank.</exception>
    public static IHealthChecksBuilder AddImeRelayPublisherHealthCheck(
        this IHealthChecksBuilder builder, string name = "ime-relay-publisher", string? publisherName = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        Check(builder, name, publisherName);
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new PublisherHealthCheck(Required<RelayPublisher>(provider, publisherName, "AddImeRelayPublisher"), provider.GetService<TimeProvider>() ?? TimeProvider.System),
            failureStatus,
            tags));
    }

    /// <summary>
    /// Adds a check of a source. While a stream is open, it is unhealthy if Redis is not connected or no heartbeat of a publisher has arrived for ten seconds. It is degraded after two
    /// seconds without a heartbeat, or if the newest message was more than five seconds old when it was delivered.
    /// </summary>
    /// <param name="builder">The builder to add the check to.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="sourceName">The name of the source, as passed to <c>AddImeRelaySource</c>; null for the one without a name.</param>
    /// <param name="failureStatus">The status to report instead of unhealthy; unhealthy if null.</param>
    /// <param name="tags">The tags of the check.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">A name is empty or blank.</exception>
    public static IHealthChecksBuilder AddImeRelaySourceHealthCheck(
        this IHealthChecksBuilder builder, string name = "ime-relay-source", string? sourceName = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        Check(builder, name, sourceName);
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new SourceHealthCheck(Required<RelaySource>(provider, sourceName, "AddImeRelaySource"), provider.GetService<TimeProvider>() ?? TimeProvider.System),
            failureStatus,
            tags));
    }

    private static void Check(IHealthChecksBuilder builder, string name, string? service)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (service is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(service, nameof(name));
        }
    }

    private static T Required<T>(IServiceProvider provider, string? name, string method)
        where T : class => ImeRelayServiceCollectionExtensions.Get<T>(provider, name)
        ?? throw new InvalidOperationException(name is null ? $"No {typeof(T).Name} is registered. Call services.{method}(…)." : $"No {typeof(T).Name} named '{name}' is registered. Call services.{method}(…, name: \"{name}\").");
}
