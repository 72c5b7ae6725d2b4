using HedgeTech.Ime.Hosting.Feeds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting;

/// <summary>Runs feeds as hosted services.</summary>
/// <remarks>
/// A feed begins with the host, fills its <see cref="MarketBoard"/>, which the application asks for, and ends with the host.
/// It streams from the <see cref="IMarketDataSource"/> of the container: a client added by <c>AddImeClient</c>, or any other. Without one the start of the
/// host fails with an <see cref="InvalidOperationException"/> that names the missing call.
/// </remarks>
public static class ImeFeedServiceCollectionExtensions
{
    /// <summary>Adds a feed; its board is the <see cref="MarketBoard"/> of the container.</summary>
    /// <param name="services">What it is added to.</param>
    /// <param name="contracts">What it streams.</param>
    /// <param name="configure">How it runs; with every default if null.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">An option is wrong: the message names it, its value and what it must be.</exception>
    /// <exception cref="InvalidOperationException">An unnamed feed is registered already.</exception>
    public static IServiceCollection AddImeFeed(this IServiceCollection services, ContractSet contracts, Action<ImeFeedOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        return services.AddImeFeed(_ => contracts, configure);
    }

    /// <summary>Adds a feed whose contracts are known only when the host starts; its board is the <see cref="MarketBoard"/> of the container.</summary>
    /// <param name="services">What it is added to.</param>
    /// <param name="contracts">Gives what it streams, from a configuration or a database.</param>
    /// <param name="configure">How it runs; with every default if null.</param>
    /// <inheritdoc cref="AddImeFeed(IServiceCollection, ContractSet, Action{ImeFeedOptions}?)"/>
    public static IServiceCollection AddImeFeed(this IServiceCollection services, Func<IServiceProvider, ContractSet> contracts, Action<ImeFeedOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(contracts);
        return Add(services, name: null, contracts, configure);
    }

    /// <summary>Adds one of several feeds; its board is a keyed service of that name.</summary>
    /// <param name="services">What it is added to.</param>
    /// <param name="name">The key of the board.</param>
    /// <param name="contracts">What it streams.</param>
    /// <param name="configure">How it runs; with every default if null.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or blank, or an option is wrong: the message names it, its value and what it must be.</exception>
    /// <exception cref="InvalidOperationException">A feed of that name is registered already.</exception>
    public static IServiceCollection AddImeFeed(this IServiceCollection services, string name, ContractSet contracts, Action<ImeFeedOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        return services.AddImeFeed(name, _ => contracts, configure);
    }

    /// <summary>Adds one of several feeds whose contracts are known only when the host starts; its board is a keyed service of that name.</summary>
    /// <param name="services">What it is added to.</param>
    /// <param name="name">The key of the board.</param>
    /// <param name="contracts">Gives what it streams, from a configuration or a database.</param>
    /// <param name="configure">How it runs; with every default if null.</param>
    /// <inheritdoc cref="AddImeFeed(IServiceCollection, string, ContractSet, Action{ImeFeedOptions}?)"/>
    public static IServiceCollection AddImeFeed(this IServiceCollection services, string name, Func<IServiceProvider, ContractSet> contracts, Action<ImeFeedOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(contracts);
        return Add(services, name, contracts, configure);
    }

    private static IServiceCollection Add(IServiceCollection services, string? name, Func<IServiceProvider, ContractSet> contracts, Action<ImeFeedOptions>? configure)
    {
        if (services.Any(service => service.ServiceType == typeof(MarketBoard) && Equals(service.ServiceKey, name)))
        {
            throw new InvalidOperationException(name is null ? "An unnamed feed is registered already. Give each feed a name." : $"A feed named '{name}' is registered already.");
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
        return services.AddSingleton<IHostedService>(provider => new HostedFeed(
            () => options.SourceOf(provider, BoardOf(provider, name).Contracts),
            BoardOf(provider, name),
            options.WhenEnded,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<HostedFeed>>()));

        MarketBoard CreateBoard(IServiceProvider provider) =>
            new(contracts(provider), provider.GetService<ILogger<MarketBoard>>(), provider.GetService<TimeProvider>());
    }

    internal static MarketBoard BoardOf(IServiceProvider provider, string? name) =>
        (name is null ? provider.GetService<MarketBoard>() : provider.GetKeyedService<MarketBoard>(name))
        ?? throw new InvalidOperationException(name is null
            ? "No unnamed feed is registered. Call services.AddImeFeed(contracts), or give the name of the feed you mean."
            : $"No feed named '{name}' is registered. Call services.AddImeFeed(\"{name}\", contracts).");
}
