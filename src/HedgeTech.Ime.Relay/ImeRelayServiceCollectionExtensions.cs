using HedgeTech.Ime.Relay.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Relay;

/// <summary>Adds both sides of a relay to a service collection.</summary>
/// <remarks>
/// A publisher and a source with a name are keyed services with that name as their key, and the name is the default of <see cref="RelayOptions.Name"/>.
/// Logging and <see cref="TimeProvider"/> come from the container.
/// </remarks>
public static class ImeRelayServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="RelayPublisher"/> that runs while the host runs. It publishes what a client added by <c>AddImeClient</c> receives.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="contracts">The contracts. All publishers of a relay have the same set.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <param name="name">The key of the publisher; null for none.</param>
    /// <param name="clientName">The name of the client, as passed to <c>AddImeClient</c>; null for the client without a name.</param>
    /// <remarks>If Redis or the service finally refuses the publisher, the host stops with the exception.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> or <paramref name="contracts"/> is null.</exception>
    /// <exception cref="ArgumentException">A name is empty or blank, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">A publisher with that name, or another one without a name, is registered already.</exception>
    public static IServiceCollection AddImeRelayPublisher(this IServiceCollection services, ContractSet contracts, Action<RelayOptions>? configure = null, string? name = null, string? clientName = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(contracts);
        RelayOptions options = Options(configure, name);
        if (clientName is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(clientName);
        }

        Add(services, name, provider => new RelayPublisher(ClientOf(provider, clientName, options.Name), contracts, options, provider.GetService<ILoggerFactory>(), provider.GetService<TimeProvider>()));
        return services.AddSingleton<IHostedService>(provider => new HostedPublisher(
            () => Get<RelayPublisher>(provider, name)!,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<HostedPublisher>>()));
    }

    /// <summary>Adds a <see cref="RelaySource"/>, which is the <see cref="IMarketDataSource"/> of the container too, so that <c>AddImeFeed</c> and other users of a client read the relay.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <param name="name">The key of the source; null for none. A feed uses it as its <c>ClientName</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or blank, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">A client or a source with that name, or another one without a name, is registered already.</exception>
    public static IServiceCollection AddImeRelaySource(this IServiceCollection services, Action<RelayOptions>? configure = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        RelayOptions options = Options(configure, name);
        if (services.Any(service => service.ServiceType == typeof(IMarketDataSource) && Equals(service.ServiceKey, name)))
        {
            throw new InvalidOperationException(name is null ? "A client or a source without a name is registered already. Pass a name to AddImeRelaySource." : $"A client or a source named '{name}' is registered already.");
        }

        Add(services, name, provider => new RelaySource(options, provider.GetService<ILoggerFactory>(), provider.GetService<TimeProvider>()));
        return name is null
            ? services.AddSingleton<IMarketDataSource>(static provider => provider.GetRequiredService<RelaySource>())
            : services.AddKeyedSingleton<IMarketDataSource>(name, static (provider, key) => provider.GetRequiredKeyedService<RelaySource>(key));
    }

    internal static T? Get<T>(IServiceProvider provider, string? name)
        where T : class => name is null ? provider.GetService<T>() : provider.GetKeyedService<T>(name);

    private static ImeClient ClientOf(IServiceProvider provider, string? clientName, string relay) =>
        Get<ImeClient>(provider, clientName) ?? throw new InvalidOperationException(clientName is null
            ? $"No client is registered for the publisher of the relay '{relay}'. Call services.AddImeClient(…)."
            : $"No client '{clientName}' is registered for the publisher of the relay '{relay}'. Call services.AddImeClient(\"{clientName}\", …).");

    private static RelayOptions Options(Action<RelayOptions>? configure, string? name)
    {
        RelayOptions given = new();
        if (name is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name);
            given.Name = name;
        }

        configure?.Invoke(given);
        return given.CopyAndValidate();
    }

    private static void Add<T>(IServiceCollection services, string? name, Func<IServiceProvider, T> create)
        where T : class
    {
        if (services.Any(service => service.ServiceType == typeof(T) && Equals(service.ServiceKey, name)))
        {
            throw new InvalidOperationException(name is null ? $"A {typeof(T).Name} without a name is registered already. Give each a name." : $"A {typeof(T).Name} named '{name}' is registered already.");
        }

        if (name is null)
        {
            services.AddSingleton(create);
        }
        else
        {
            services.AddKeyedSingleton(name, (provider, _) => create(provider));
        }
    }
}
