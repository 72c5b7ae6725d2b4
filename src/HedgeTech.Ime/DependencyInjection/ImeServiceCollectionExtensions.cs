using HedgeTech.Ime.Connection;
using HedgeTech.Ime.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime;

/// <summary>Adds clients to a service collection.</summary>
/// <remarks>
/// <para>
/// Inject <see cref="IMarketDataSource"/>, or <see cref="ImeClient"/> if you need the handle of a feed. Both are the same singleton.
/// A client with a name, for each of several accounts, is a keyed service with that name as its key. Options are validated when the host starts or, without
/// a host, when the client is first resolved. An <see cref="OptionsValidationException"/> names the key, the value unless it may be a secret, and what it must be.
/// </para>
/// <para>
/// Logging and <see cref="TimeProvider"/> come from the container. The returned builder configures the handlers of <c>Microsoft.Extensions.Http</c>, which
/// both the login and the handshake go through, because the service binds a token to the address and the headers of the login. The client creates the
/// primary handler from <see cref="ImeClientOptions.Connection"/>. If you replace it, the options <see cref="ConnectionOptions.Proxy"/>,
/// <see cref="ConnectionOptions.AddressFamily"/>, <see cref="ConnectionOptions.SslProtocols"/> and
/// <see cref="ConnectionOptions.ServerCertificateValidation"/> have no effect. If the replacement is a <see cref="SocketsHttpHandler"/> or an
/// <see cref="HttpClientHandler"/>, its <c>AllowAutoRedirect</c> is turned off, because a redirect would send the password or the token elsewhere. Turn
/// redirects off yourself in a primary handler of another type. The pipeline is created once and lives as long as the client.
/// </para>
/// <para>
/// Two calls with the same name, or two without a name, configure the same client: the options of the later call are applied after those of the earlier
/// call, one by one. To create two clients, give each a name.
/// </para>
/// </remarks>
public static class ImeServiceCollectionExtensions
{
    /// <summary>Adds the client of one account, with options from a configuration.</summary>
    /// <param name="services">The service collection to add the client to.</param>
    /// <param name="configuration">
    /// The section with the options, such as <c>Ime</c>. Its keys have the names of the properties of <see cref="ImeClientOptions"/>. A key of the section
    /// that is not an option prevents the start, like an invalid value. (The root of a configuration may contain other keys.)
    /// </param>
    /// <returns>A builder that configures the HTTP handlers of the login and the handshake.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IHttpClientBuilder AddImeClient(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, Options.DefaultName, configuration);
    }

    /// <summary>Adds the client of one account, with options from code.</summary>
    /// <param name="services">The service collection to add the client to.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder that configures the HTTP handlers of the login and the handshake.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IHttpClientBuilder AddImeClient(this IServiceCollection services, Action<ImeClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, Options.DefaultName, configure);
    }

    /// <summary>Adds the client of one of several accounts, with options from a configuration.</summary>
    /// <param name="services">The service collection to add the client to.</param>
    /// <param name="name">The key of the services, and the name of the options.</param>
    /// <param name="configuration">The section with the options. Its keys have the names of the properties of <see cref="ImeClientOptions"/>; other keys are not allowed.</param>
    /// <returns>A builder that configures the HTTP handlers of the login and the handshake.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or blank.</exception>
    public static IHttpClientBuilder AddImeClient(this IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, name, configuration);
    }

    /// <summary>Adds the client of one of several accounts, with options from code.</summary>
    /// <param name="services">The service collection to add the client to.</param>
    /// <param name="name">The key of the services, and the name of the options.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder that configures the HTTP handlers of the login and the handshake.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or blank.</exception>
    public static IHttpClientBuilder AddImeClient(this IServiceCollection services, string name, Action<ImeClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, name, configure);
    }

    private static IHttpClientBuilder Add(IServiceCollection services, string name, IConfiguration configuration)
    {
        services.AddSingleton<IConfigureOptions<ImeClientOptions>>(new ConfiguredOptions(name, configuration));
        return Add(services, name, new OptionsCheck(name, configuration));
    }

    private static IHttpClientBuilder Add(IServiceCollection services, string name, Action<ImeClientOptions> configure)
    {
        services.Configure(name, configure);
        return Add(services, name, new OptionsCheck(name, configuration: null));
    }

    private static IHttpClientBuilder Add(IServiceCollection services, string name, OptionsCheck check)
    {
        services.AddSingleton<IValidateOptions<ImeClientOptions>>(check);
        services.AddOptions<ImeClientOptions>(name).ValidateOnStart();

        string httpName = name.Length == 0 ? "HedgeTech.Ime" : $"HedgeTech.Ime:{name}";
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => Create(provider, name, httpName));
            services.TryAddSingleton<IMarketDataSource>(static provider => provider.GetRequiredService<ImeClient>());
        }
        else
        {
            services.TryAddKeyedSingleton(name, (provider, _) => Create(provider, name, httpName));
            services.TryAddKeyedSingleton<IMarketDataSource>(name, static (provider, key) => provider.GetRequiredKeyedService<ImeClient>(key));
        }

        services.PostConfigure<HttpClientFactoryOptions>(httpName, static options => options.HttpMessageHandlerBuilderActions.Add(FollowNoRedirects));

        // The client itself logs each login and connection, once and without secrets. Its pipeline does not change, because its token is bound to its address.
        return services.AddHttpClient(httpName)
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => TransportHandler.Create(OptionsOf(provider, name).Connection));
    }

    /// <summary>Turns redirects off in a primary handler of the application too, because a redirect would send the password or the token elsewhere.</summary>
    private static void FollowNoRedirects(HttpMessageHandlerBuilder builder)
    {
        switch (builder.PrimaryHandler)
        {
            case SocketsHttpHandler { AllowAutoRedirect: true } handler:
                handler.AllowAutoRedirect = false;
                break;
            case HttpClientHandler { AllowAutoRedirect: true } handler:
                handler.AllowAutoRedirect = false;
                break;
        }
    }

    private static ImeClient Create(IServiceProvider provider, string name, string httpName)
    {
        // The factory owns the pipeline, so the client does not dispose it.
        HttpMessageHandler pipeline = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(httpName);
        return new ImeClient(
            OptionsOf(provider, name),
            new HttpMessageInvoker(pipeline, disposeHandler: false),
            provider.GetService<ILoggerFactory>(),
            provider.GetService<TimeProvider>(),
            name);
    }

    private static ImeClientOptions OptionsOf(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<ImeClientOptions>>().Get(name);
}
