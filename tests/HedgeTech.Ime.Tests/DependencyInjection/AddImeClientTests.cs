using System.Collections.Concurrent;
using System.Net;
using HedgeTech.Ime.Testing;
using HedgeTech.Ime.Tests.Connection;
using HedgeTech.Ime.Tests.Streaming;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Tests.DependencyInjection;

public sealed class AddImeClientTests
{
    [Fact]
    public async Task An_application_resolves_the_source_and_streams()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using ServiceProvider services = new ServiceCollection().AddImeClient(Settings(simulator)).Services.BuildServiceProvider();

        IMarketDataSource source = services.GetRequiredService<IMarketDataSource>();

        (await FirstAsync(source)).Contract.Should().Be(ContractKey.Name(Simulated.Contract));
        services.GetRequiredService<ImeClient>().Should().BeSameAs(source);
    }

    [Fact]
    public async Task Clients_of_several_accounts_are_distinguished_by_name()
    {
        await using ImeSimulator gold = await StartAsync("gold-user");
        await using ImeSimulator saffron = await StartAsync("saffron-user");
        ServiceCollection collection = new();
        collection.AddImeClient("gold", Settings(gold));
        collection.AddImeClient("saffron", Settings(saffron));
        await using ServiceProvider services = collection.BuildServiceProvider();

        await FirstAsync(services.GetRequiredKeyedService<IMarketDataSource>("gold"));
        await FirstAsync(services.GetRequiredKeyedService<IMarketDataSource>("saffron"));

        gold.Logins.Should().ContainSingle().Which.Username.Should().Be("gold-user");
        saffron.Logins.Should().ContainSingle().Which.Username.Should().Be("saffron-user");
        services.GetService<IMarketDataSource>().Should().BeNull();
    }

    [Fact]
    public async Task A_handler_of_the_application_sees_the_login_and_the_handshake()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Witness witness = new();
        ServiceCollection collection = new();
        collection.AddImeClient(Settings(simulator)).AddHttpMessageHandler(() => witness);
        await using ServiceProvider services = collection.BuildServiceProvider();

        await FirstAsync(services.GetRequiredService<IMarketDataSource>());

        witness.Seen.Should().Equal("POST /auth/user/token/issue", "GET /data-engine/ime/live/data/websocket/contract/name");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_primary_handler_of_the_application_never_takes_the_password_to_another_host(bool isSockets)
    {
        await using RawPeer elsewhere = RawPeer.Start(static session => session.AnswerAsync(500));
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.ReadRequestAsync();
            await session.AnswerAsync(307, "", $"Location: {elsewhere.Address}");
        });
        ServiceCollection collection = new();
        collection.AddImeClient(options => (options.BaseAddress, options.Username, options.Password) = (peer.Address, "user", "pass"))
            .ConfigurePrimaryHttpMessageHandler(() => isSockets ? new SocketsHttpHandler() : new HttpClientHandler());
        await using ServiceProvider services = collection.BuildServiceProvider();

        Func<Task> login = async () => await services.GetRequiredService<ImeClient>().GetAccessTokenAsync(TestContext.Current.CancellationToken);

        (await login.Should().ThrowAsync<ImeAuthenticationException>()).Which.StatusCode.Should().Be(HttpStatusCode.TemporaryRedirect);
        elsewhere.Accepted.Should().Be(0);
    }

    [Fact]
    public async Task Two_calls_without_a_name_configure_one_client_and_the_later_call_wins()
    {
        ServiceCollection collection = new();
        collection.AddImeClient(static options => (options.Username, options.Password) = ("first", "secret"));
        collection.AddImeClient(static options => options.Username = "second");
        await using ServiceProvider services = collection.BuildServiceProvider();

        services.GetServices<ImeClient>().Should().ContainSingle().Which.ToString().Should().Contain("second").And.NotContain("first");
    }

    [Fact]
    public async Task A_primary_handler_of_the_application_replaces_the_clients_own()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        int connections = 0;
        ServiceCollection collection = new();
        collection.AddImeClient(Settings(simulator)).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                Interlocked.Increment(ref connections);
                System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        });
        await using ServiceProvider services = collection.BuildServiceProvider();

        await FirstAsync(services.GetRequiredService<IMarketDataSource>());

        connections.Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task The_primary_handler_uses_the_options_of_the_connection()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        ServiceCollection collection = new();
        collection.AddImeClient(Settings(simulator));
        collection.PostConfigure<ImeClientOptions>(static options => options.Connection.Proxy = new WebProxy("http://127.0.0.1:1")); // nothing listens at this address
        await using ServiceProvider services = collection.BuildServiceProvider();

        Func<Task> login = async () => await services.GetRequiredService<ImeClient>().GetAccessTokenAsync(TestContext.Current.CancellationToken);

        (await login.Should().ThrowAsync<ImeConnectionException>()).Which.IsTransient.Should().BeTrue();
        simulator.Logins.Should().BeEmpty();
    }

    [Fact]
    public async Task Logging_and_clock_come_from_the_container_and_the_log_contains_no_secret()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));
        Lines log = new();
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        ServiceCollection collection = new();
        collection.AddSingleton<TimeProvider>(time).AddLogging(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        collection.AddImeClient(Settings(simulator));
        await using ServiceProvider services = collection.BuildServiceProvider();

        MarketSnapshot first = await FirstAsync(services.GetRequiredService<IMarketDataSource>());
        AccessToken token = await services.GetRequiredService<ImeClient>().GetAccessTokenAsync(TestContext.Current.CancellationToken);

        first.ReceivedAt.Should().Be(time.GetUtcNow());
        log.Written.Should().Contain(line => line.Contains("Logged in at", StringComparison.Ordinal) && line.Contains($"The token expires at {token.ExpiresAt:yyyy-MM-ddTHH:mm:ss}+00:00.", StringComparison.Ordinal));
        log.Written.Should().NotContain(static line => line.Contains("System.Net.Http.HttpClient", StringComparison.Ordinal), "the client logs its requests, so HttpClient must not log them too");
        log.Written.Should().NotContain(line => line.Contains(token.Value, StringComparison.Ordinal) || line.Contains(simulator.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_container_ends_the_streams_of_its_client()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        ServiceProvider services = new ServiceCollection().AddImeClient(Settings(simulator)).Services.BuildServiceProvider();
        await using IAsyncEnumerator<MarketSnapshot> stream = services.GetRequiredService<IMarketDataSource>()
            .StreamByNameAsync([Simulated.Contract], TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await stream.MoveNextAsync()).Should().BeTrue();

        await services.DisposeAsync();

        while (await stream.MoveNextAsync())
        {
            // Reads the events that still wait.
        }

        await simulator.WhenAsync(static server => server.Connections.Count == 0, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_container_that_is_disposed_of_synchronously_ends_the_streams_of_its_client_too()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        IAsyncEnumerator<MarketSnapshot> stream;
        using (ServiceProvider services = new ServiceCollection().AddImeClient(Settings(simulator)).Services.BuildServiceProvider())
        {
            stream = services.GetRequiredService<IMarketDataSource>()
                .StreamByNameAsync([Simulated.Contract], TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
            (await stream.MoveNextAsync()).Should().BeTrue();
        }

        while (await stream.MoveNextAsync())
        {
            // Reads the events that still wait.
        }

        await stream.DisposeAsync();
        await simulator.WhenAsync(static server => server.Connections.Count == 0, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Options_can_depend_on_services_of_the_application()
    {
        ServiceCollection collection = new();
        collection.AddSingleton(new ImeCredentials("user", "from a vault"));
        collection.AddImeClient(static _ => { });
        collection.AddOptions<ImeClientOptions>().Configure<ImeCredentials>(static (options, vault) => options.CredentialsProvider = _ => ValueTask.FromResult(vault));
        using ServiceProvider services = collection.BuildServiceProvider();

        services.GetRequiredService<Microsoft.Extensions.Options.IOptions<ImeClientOptions>>().Value.CredentialsProvider.Should().NotBeNull();
    }

    [Fact]
    public void A_blank_name_and_null_arguments_are_refused()
    {
        ServiceCollection services = new();
        IConfiguration configuration = new ConfigurationBuilder().Build();

        services.Invoking(s => s.AddImeClient(" ", configuration)).Should().Throw<ArgumentException>().WithParameterName("name");
        services.Invoking(s => s.AddImeClient("", static _ => { })).Should().Throw<ArgumentException>().WithParameterName("name");
        services.Invoking(static s => s.AddImeClient((IConfiguration)null!)).Should().Throw<ArgumentNullException>();
        services.Invoking(static s => s.AddImeClient((Action<ImeClientOptions>)null!)).Should().Throw<ArgumentNullException>();
    }

    private static Task<ImeSimulator> StartAsync(string username) =>
        ImeSimulator.StartAsync(new ImeSimulatorOptions { Username = username }, cancellationToken: TestContext.Current.CancellationToken);

    private static IConfigurationSection Settings(ImeSimulator simulator) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Ime:BaseAddress"] = simulator.BaseAddress.ToString(),
        ["Ime:Username"] = simulator.Username,
        ["Ime:Password"] = simulator.Password,
    }).Build().GetSection("Ime");

    private static async Task<MarketSnapshot> FirstAsync(IMarketDataSource source)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(30));
        return await source.StreamByNameAsync([Simulated.Contract], timeout.Token).FirstAsync(timeout.Token);
    }

    private sealed class Witness : DelegatingHandler
    {
        public ConcurrentQueue<string> Seen { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.Enqueue($"{request.Method} {request.RequestUri!.AbsolutePath}");
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Line(categoryName, Written);

        public void Dispose()
        {
        }

        private sealed class Line(string category, ConcurrentQueue<string> written) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                written.Enqueue($"{category}: {formatter(state, exception)} {state} {exception}");
        }
    }
}
