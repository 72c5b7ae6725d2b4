using System.Net;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Cli.Doctor.Transport;
using HedgeTech.Ime.Connection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime.Cli.Doctor;

/// <summary>What an examination has found out so far. Each check reads the results of the previous ones. Not thread-safe.</summary>
internal sealed class CaseFile : IAsyncDisposable
{
    private readonly List<Action<ImeClientOptions>> _corrections = [];
    private readonly List<ServiceProvider> _owned = [];

    public CaseFile(DoctorSettings settings)
    {
        Settings = settings;
        using ServiceProvider services = Services([]);
        Options = services.GetRequiredService<IOptionsMonitor<ImeClientOptions>>().CurrentValue;
        Text.Hide(Options.Password);
        Text.Hide(Options.AccessToken);
        DiscreetProxy proxy = DiscreetProxy.Of(Options.Connection.Proxy);
        Proxy = proxy.IsBypassed(Options.BaseAddress) || proxy.GetProxy(Options.BaseAddress) is not { } address || address == Options.BaseAddress ? null : address;
        foreach (string secret in proxy.UserInfoFor(Options.BaseAddress).Split(':', 2))
        {
            Text.Hide(Uri.UnescapeDataString(secret));
        }

        Connecting = new Connecting(settings.Resolve, Options.Connection.AddressFamily, settings.NetworkBound, settings.Time);
        Transport = new ObservedTransport(Connecting, Options.Connection, settings.NetworkBound, settings.Time);
    }

    public DoctorSettings Settings { get; }

    /// <summary>The configured options, without corrections.</summary>
    public ImeClientOptions Options { get; }

    /// <summary>The proxy for the address, without user name and password; null if there is none.</summary>
    public Uri? Proxy { get; }

    /// <summary>The first destination of a connection: the proxy, if there is one.</summary>
    public Uri FirstHop => Proxy ?? Options.BaseAddress;

    /// <summary>Cleans text from outside.</summary>
    public ForeignText Text { get; } = new();

    public Connecting Connecting { get; }

    public ObservedTransport Transport { get; }

    /// <summary>The addresses of the first hop.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; set; } = [];

    /// <summary>The result of a request without credentials; null if none was sent.</summary>
    public PlainAnswer? Plain { get; set; }

    /// <summary>How far the service's clock is ahead of this machine's; zero if that is unknown.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>The client that has logged in.</summary>
    public ImeClient? Client { get; set; }

    public AccessToken? Token { get; set; }

    /// <summary>The stream, which is open after the handshake.</summary>
    public FeedReading? Feed { get; set; }

    /// <summary>The offset of timestamps without one: the configured offset until a better one is known.</summary>
    public TimeSpan TimestampOffset { get; set; }

    /// <summary>Applies a change of the options to all clients created from now on.</summary>
    public void Correct(Action<ImeClientOptions> correction) => _corrections.Add(correction);

    /// <summary>Creates a client with the configured options, the corrections, and these changes. It lives as long as the examination.</summary>
    public ImeClient CreateClient(params Action<ImeClientOptions>[] changes)
    {
        ServiceProvider services = Services(changes);
        _owned.Add(services);
        return services.GetRequiredService<ImeClient>();
    }

    /// <summary>Creates a client that has the current token and never logs in.</summary>
    public ImeClient CreateClientWithToken(params Action<ImeClientOptions>[] changes) => CreateClient([.. changes, UseToken]);

    /// <summary>Creates the report of a skipped step.</summary>
    public static StepReport Skip(DoctorStep step, string because) => new(step, StepState.Skipped, TimeSpan.Zero, $"skipped because {because}", [], []);

    public async ValueTask DisposeAsync()
    {
        if (Feed is not null)
        {
            await Feed.DisposeAsync();
        }

        foreach (ServiceProvider services in _owned)
        {
            await services.DisposeAsync();
        }

        Transport.Dispose();
    }

    private void UseToken(ImeClientOptions options)
    {
        options.Username = options.Password = null;
        options.CredentialsProvider = null;
        options.AccessToken = Token!.Value;
    }

    private ServiceProvider Services(IEnumerable<Action<ImeClientOptions>> changes)
    {
        ServiceCollection services = new();
        services.AddSingleton(Settings.Time);
        Settings.AddClient(services).ConfigurePrimaryHttpMessageHandler(() => Transport);
        services.Configure<ImeClientOptions>(Bound);
        foreach (Action<ImeClientOptions> change in _corrections.Concat(changes))
        {
            services.Configure(change);
        }

        return services.BuildServiceProvider();
    }

    // The examination has to end within its limits, and its feed has to notice soon whether a line is mute.
    private void Bound(ImeClientOptions options)
    {
        options.Authentication.Timeout = Least(options.Authentication.Timeout, Settings.ServiceBound);
        options.Connection.ConnectTimeout = Least(options.Connection.ConnectTimeout, Settings.ServiceBound);
        if (options.Feed.SilenceTimeout != Timeout.InfiniteTimeSpan)
        {
            options.Feed.SilenceTimeout = Least(options.Feed.SilenceTimeout, Settings.ServiceBound / 2);
        }
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
