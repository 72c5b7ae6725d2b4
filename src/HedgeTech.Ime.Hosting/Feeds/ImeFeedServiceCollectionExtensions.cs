using HedgeTech.Ime.Hosting.Feeds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting;

/// <summary>Runs feeds as hosted services.</summary>
/// <remarks>
/// A feed starts with the host, fills its <see cref="MarketBoard"/>, which you inject where you need it, and ends with the host.
/// It streams from the <see cref="IMarketDataSource"/> of the container: a client added by <c>AddImeClient</c>, or any other source. Without a source, the
/// host does not start: it throws an <see cref="InvalidOperationException"/> that names the missing call.
/// </remarks>
public static class ImeFeedServiceCollectionExtensions
{
    /// <summary>Adds a feed. Its board is the <see cref="MarketBoard"/> of the container.</summary>
    /// <param name="services">The service collection to add the feed to.</param>
    /// <param name="contracts">The contracts to stream.</param>
    /// <param name="configure">Sets the options of the feed; null for the defaults.</param>
    /// <returns>A builder that adds sinks to the feed, such as a recorder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">An option is invalid. The message names it, its value and what it must be.</exception>
    /// <exception cref="InvalidOperationException">An unnamed feed is already registered.</exception>
    public static ImeFeedBuilder AddImeFeed(this IServiceCollection services, ContractSet contracts, Action<ImeFeedOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        return services.AddImeFeed(_ => contracts, configure);
    }

    /// <summary>Adds a feed whose contracts are only known when the host starts. Its board is the <see cref="MarketBoard"/> of the container.</summary>
    /// <param name="services">The service collection to add the feed to.</param>
    /// <param name="contracts">Returns the contracts to stream, for example from a configuration or a database.</param>
    /// <param name="configure">Sets the options of the feed; null for the defaults.</param>
    /// <returns>A builder that adds sinks to the feed, such as a recorder.</returns>
    /// <inheritdoc cref="AddImeFeed(IServiceCollection, ContractSet, Action{ImeFeedOptions}?)" path="/exception"/>
    public static ImeFeedBuilder AddImeFeed(this IServiceCollection services, Func<IServiceProvider, ContractSet> contracts, Action<ImeFeedOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(contracts);
        return Add(services, name: null, contracts, configure);
    }

    /// <summary>Adds one of several feeds. Its board is a keyed service with that name as its key.</summary>
    /// <param name="services">The service collection to add the feed to.</param>
    /// <param name="name">The key of the board.</param>
    /// <param name="contracts">The contracts to stream.</param>
    /// <param name="configure">Sets the options of the feed; null for the defaults.</param>
    /// <returns>A builder that adds sinks to the feed, such as a recorder.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or blank, or an option is invalid. The message names it, its value and what it must be.</exception>
    /// <exception cref="InvalidOperationException">A feed with that name is already registered.</exception>
    public static ImeFeedBuilder AddImeFeed(this IServiceCollection services, string name, ContractSet contracts, Action<ImeFeedOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        return services.AddImeFeed(name, _ => contracts, configure);
    }

    /// <summary>Adds one of several feeds whose contracts are only known when the host starts. Its board is a keyed service with that name as its key.</summary>
    /// <param name="services">The service collection to add the feed to.</param>
    /// <param name="name">The key of the board.</param>
    /// <param name="contracts">Returns the contracts to stream, for example from a configuration or a database.</param>
    /// <param name="configure">Sets the options of the feed; null for the defaults.</param>
    /// <returns>A builder that adds sinks to the feed, such as a recorder.</returns>
    /// <inheritdoc cref="AddImeFeed(IServiceCollection, string, ContractSet, Action{ImeFeedOptions}?)" path="/exception"/>
    public static ImeFeedBuilder AddImeFeed(this IServiceCollection services, string name, Func<IServiceProvider, ContractSet> contracts, Action<ImeFeedOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(contracts);
        return Add(services, name, contracts, configure);
    }

    private static ImeFeedBuilder Add(IServiceCollection services, string? name, Func<IServiceProvider, ContractSet> contracts, Action<ImeFeedOptions>? configure)
    {
        if (services.Any(service => service.ServiceType == typeof(MarketBoard) && Equals(service.ServiceKey, name)))
        {
            throw new InvalidOperationException(name is null ? "An unnamed feed is already registered. Give each feed a name." : $"A feed named '{name}' is already registered.");
        }

        ImeFeedOptions given = new();
        configure?.Invoke(given);
        ImeFeedOptions options = given.CopyAndValidate();
        if (name is null)
        {
            services.AddSingleton(CreateBoard);
        }
        else
        {
            services.AddKeyedSingleton(name, (provider, _) => CreateBoard(provider));
        }

        services.AddKeyedSingleton(name ?? "", new FeedRegistration(options.ClientName, options.ConfigureFeed));
        ImeFeedBuilder builder = new(services, name);
        services.AddSingleton<IHostedService>(provider => new HostedFeed(
            () => options.SourceOf(provider, builder.SinkKey, BoardOf(provider, name).Contracts),
            BoardOf(provider, name),
            options.WhenEnded,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<HostedFeed>>()));
        return builder;

        MarketBoard CreateBoard(IServiceProvider provider) =>
            new(contracts(provider), provider.GetService<ILogger<MarketBoard>>(), provider.GetService<TimeProvider>());
    }

    internal static MarketBoard BoardOf(IServiceProvider provider, string? name) =>
        (name is null ? provider.GetService<MarketBoard>() : provider.GetKeyedService<MarketBoard>(name))
        ?? throw new InvalidOperationException(name is null
            ? "No unnamed feed is registered. Call services.AddImeFeed(contracts), or pass the name of the feed."
            : $"No feed named '{name}' is registered. Call services.AddImeFeed(\"{name}\", contracts).");
}
