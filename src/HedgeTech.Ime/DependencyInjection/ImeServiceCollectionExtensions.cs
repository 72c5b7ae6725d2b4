using HedgeTech.Ime.Connection;
using HedgeTech.Ime.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime;

/// <summary>Puts clients into a service collection.</summary>
/// <remarks>
/// <para>
/// An application asks for <see cref="IMarketDataSource"/>, or for <see cref="ImeClient"/> where it needs a feed's handle; both are the same singleton.
/// A client with a name, for each of several accounts, is a keyed service of that name. Options are checked when the host starts, or, without a host,
/// when the client is first asked for: an <see cref="OptionsValidationException"/> names the key, the value unless it may be a secret, and the bound.
/// </para>
/// <para>
/// Logging and <see cref="TimeProvider"/> come from the container. What is returned configures the handlers of <c>Microsoft.Extensions.Http</c>,
/// which login and handshake pass alike: the service binds a token to the address and the headers it was issued to.
/// The primary handler is the client's own, made from <see cref="ImeClientOptions.Connection"/>; replacing it gives up the options
/// <see cref="ConnectionOptions.Proxy"/>, <see cref="ConnectionOptions.AddressFamily"/>, <see cref="ConnectionOptions.SslProtocols"/> and
/// <see cref="ConnectionOptions.ServerCertificateValidation"/>. A <see cref="SocketsHttpHandler"/> or <see cref="HttpClientHandler"/> put in its place
/// has <c>AllowAutoRedirect</c> turned off, because a redirect would take the password or the token elsewhere; with a primary handler of another kind,
/// turn redirects off yourself. The pipeline is made once and kept as long as the client.
/// </para>
/// <para>
/// Two calls for the same name, or two without a name, configure one client: the options of the later call are applied after those of the earlier,
/// one by one. To have two clients, give each a name.
/// </para>
/// </remarks>
public static class ImeServiceCollectionExtensions
{
    /// <summary>Adds the client of one account, with options from a configuration.</summary>
    /// <param name="services">What it is added to.</param>
    /// <param name="configuration">
    /// The section that holds the options, such as <c>Ime</c>; its keys are named as the properties of <see cref="ImeClientOptions"/>. A key of the section
    /// that is not an option stops the start, as a wrong value does. (A whole configuration, not a section of it, may hold other keys.)
    /// </param>
    /// <returns>Configures the handlers that login and handshake pass.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IHttpClientBuilder AddImeClient(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, Options.DefaultName, configuration);
    }

    /// <summary>Adds the client of one account, with options from code.</summary>
    /// <param name="services">What it is added to.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>Configures the handlers that login and handshake pass.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IHttpClientBuilder AddImeClient(this IServiceCollection services, Action<ImeClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, Options.DefaultName, configure);
    }

    /// <summary>Adds the client of one of several accounts, with options from a configuration.</summary>
    /// <param name="services">What it is added to.</param>
    /// <param name="name">The key of the services, and the name of the options.</param>
    /// <param name="configuration">The section that holds the options; its keys are named as the properties of <see cref="ImeClientOptions"/>, and no other key may be in it.</param>
    /// <returns>Configures the handlers that login and handshake pass.</returns>
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
    /// <param name="services">What it is added to.</param>
    /// <param name="name">The key of the services, and the name of the options.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>Configures the handlers that login and handshake pass.</returns>
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

        // The client logs each login and connection itself, once and without secrets; and its token is bound to its address, so its pipeline stays.
        return services.AddHttpClient(httpName)
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(provider => TransportHandler.Create(OptionsOf(provider, name).Connection));
    }

    /// <summary>Also a primary handler of the application must not take the password or the token elsewhere.</summary>
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
        // The factory owns the pipeline, and disposing of the client leaves it alone.
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
