using HedgeTech.Ime.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HedgeTech.Ime.Hosting.Tests.Feeds;

public sealed class AddImeFeedTests : IDisposable
{
    private readonly ScriptedSource _source = new();
    private readonly LogLines _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_feed_starts_with_the_host_and_ends_with_it()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: Cancellation);
        ContractKey contract = ContractKey.Name(simulator.Contracts[0].Code);
        using IHost host = Build(services =>
        {
            services.AddImeClient(options => (options.BaseAddress, options.Username, options.Password) = (simulator.BaseAddress, simulator.Username, simulator.Password));
            services.AddImeFeed(new ContractSet([contract]));
        });
        MarketBoard board = host.Services.GetRequiredService<MarketBoard>();

        await host.StartAsync(Cancellation);
        await board.WaitForAsync(contract, static _ => true, Cancellation);

        board.State.Should().Be(FeedState.Live);
        await host.StopAsync(Cancellation);
        board.State.Should().Be(FeedState.Ended);
        board.Failure.Should().BeNull();
        await simulator.WhenAsync(static server => server.Connections.Count == 0, Cancellation);
        _log.Lines.Should().NotContain(static line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_feed_that_fails_stops_the_host_and_the_run_ends_with_its_exception()
    {
        using IHost host = Build(services => services.AddImeFeed(ContractSet.ByName("A")), _source);
        Task run = host.RunAsync(Cancellation);
        TimeoutException failure = new("gone");

        _source.End(failure);

        (await run.Invoking(static task => task).Should().ThrowAsync<TimeoutException>()).Which.Should().BeSameAs(failure);
        _log.Lines.Should().ContainSingle(static line => line.Level == LogLevel.Critical).Which.Exception.Should().BeSameAs(failure);
    }

    [Fact]
    public async Task A_feed_that_ends_without_an_exception_also_stops_the_host()
    {
        using IHost host = Build(services => services.AddImeFeed(ContractSet.ByName("A")), _source);
        Task run = host.RunAsync(Cancellation);

        _source.End();

        (await run.Invoking(static task => task).Should().ThrowAsync<InvalidOperationException>()).WithMessage("The feed of A ended unexpectedly*");
    }

    [Fact]
    public async Task A_host_that_outlives_its_feed_logs_the_end_as_critical()
    {
        using IHost host = Build(services => services.AddImeFeed(ContractSet.ByName("A"), static options => options.WhenEnded = FeedEndBehavior.KeepRunning), _source);
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        await host.StartAsync(Cancellation);
        MarketBoard board = host.Services.GetRequiredService<MarketBoard>();

        _source.End(new TimeoutException("gone"));
        await board.ReadAsync(Cancellation).Invoking(static async stream => await stream.CountAsync(Cancellation)).Should().ThrowAsync<TimeoutException>();
        await _log.WhenAsync(LogLevel.Critical, Cancellation);

        lifetime.ApplicationStopping.IsCancellationRequested.Should().BeFalse();
        board.Failure.Should().BeOfType<TimeoutException>();
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_missing_client_ends_the_run_with_an_exception()
    {
        using IHost host = Build(services => services.AddImeFeed(ContractSet.ByName("A"), static options => options.ClientName = "nobody"));

        await host.RunAsync(Cancellation).Invoking(static run => run).Should().ThrowAsync<InvalidOperationException>().WithMessage("*services.AddImeClient(\"nobody\", …)*");

        _log.Lines.Should().Contain(static line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task The_exception_for_a_feed_without_a_client_names_the_method_to_call()
    {
        using IHost host = Build(static services => services.AddImeFeed(ContractSet.ByName("A")));

        await host.RunAsync(Cancellation).Invoking(static run => run).Should().ThrowAsync<InvalidOperationException>().WithMessage("No client is registered*services.AddImeClient(…)*");
    }

    [Fact]
    public async Task A_feed_without_a_client_prevents_the_start_of_the_host()
    {
        using IHost host = Build(static services => services.AddImeFeed(ContractSet.ByName("A"), static options => options.WhenEnded = FeedEndBehavior.KeepRunning));

        await host.Invoking(static h => h.StartAsync(Cancellation)).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("No client is registered for the feed of A. Call services.AddImeClient(…).");
    }

    [Fact]
    public void A_misspelled_setting_is_reported_without_a_stack_trace_by_an_application_that_checks_before_it_runs()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(_log);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Ime:Username"] = "user", ["Ime:Passwrod"] = "secret" });
        builder.Services.AddImeClient(builder.Configuration.GetSection("Ime"));
        builder.Services.AddImeFeed(ContractSet.ByName("A"));
        using IHost host = builder.Build();

        host.Services.GetRequiredService<IStartupValidator>().Invoking(static check => check.Validate())
            .Should().Throw<OptionsValidationException>().WithMessage("Ime:Passwrod is not a setting. Did you mean Ime:Password?");

        _log.Lines.Should().BeEmpty();
    }

    [Fact]
    public async Task Two_feeds_of_one_client_can_differ_in_every_option_of_a_feed()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: Cancellation);
        ContractSet contracts = [ContractKey.Name(simulator.Contracts[0].Code)];
        using IHost host = Build(services =>
        {
            services.AddImeClient(options =>
            {
                (options.BaseAddress, options.Username, options.Password) = (simulator.BaseAddress, simulator.Username, simulator.Password);
                options.Feed.Capacity = 77;
            });
            services.AddImeFeed("plain", contracts);
            services.AddImeFeed("kept", contracts, static options => options.ConfigureFeed = static feed => feed.KeepFrames = feed.Capacity == 77);
        });
        await host.StartAsync(Cancellation);

        MarketSnapshot plain = await FirstAsync("plain");
        MarketSnapshot kept = await FirstAsync("kept");

        plain.Frame.IsEmpty.Should().BeTrue();
        kept.Frame.IsEmpty.Should().BeFalse("the options of the feed start as a copy of the options of the client");
        await host.StopAsync(Cancellation);

        Task<MarketSnapshot> FirstAsync(string name) => host.Services.GetRequiredKeyedService<MarketBoard>(name).WaitForAsync(contracts.First(), static _ => true, Cancellation);
    }

    [Fact]
    public async Task Invalid_options_of_one_feed_prevent_the_start_of_the_host()
    {
        using IHost host = Build(static services =>
        {
            services.AddImeClient(static options => options.AccessToken = "token");
            services.AddImeFeed(ContractSet.ByName("A"), static options => options.ConfigureFeed = static feed => feed.Capacity = 0);
        });

        await host.Invoking(static h => h.StartAsync(Cancellation)).Should().ThrowAsync<ArgumentException>().WithMessage("*FeedOptions.Capacity*");
    }

    [Fact]
    public async Task Options_for_one_feed_need_a_client_that_supports_them()
    {
        using IHost host = Build(static services => services.AddImeFeed(ContractSet.ByName("A"), static options => options.ConfigureFeed = static _ => { }), _source);

        await host.Invoking(static h => h.StartAsync(Cancellation)).Should().ThrowAsync<InvalidOperationException>().WithMessage("ImeFeedOptions.ConfigureFeed*ScriptedSource*only an ImeClient*");
    }

    [Fact]
    public async Task Feeds_with_names_have_their_own_boards_and_clients()
    {
        ScriptedSource gold = new();
        using IHost host = Build(
            services =>
            {
                services.AddKeyedSingleton<IMarketDataSource>("gold-account", gold);
                services.AddSingleton("A");
                services.AddImeFeed("all", provider => ContractSet.ByName(provider.GetRequiredService<string>()));
                services.AddImeFeed("gold", ContractSet.ByName("G"), static options => options.ClientName = "gold-account");
            },
            _source);
        await host.StartAsync(Cancellation);

        await StreamingAsync(host.Services.GetRequiredKeyedService<MarketBoard>("all"), _source, "A");
        await StreamingAsync(host.Services.GetRequiredKeyedService<MarketBoard>("gold"), gold, "G");

        await host.StopAsync(Cancellation);

        static async Task StreamingAsync(MarketBoard board, ScriptedSource source, string contract)
        {
            source.Say(contract, 1);
            await board.WaitForAsync(ContractKey.Name(contract), static _ => true, Cancellation);
            source.Asked.Should().BeSameAs(board.Contracts);
        }
    }

    [Fact]
    public void Mistakes_are_reported_when_the_feed_is_added()
    {
        ServiceCollection services = new();
        services.AddImeFeed(ContractSet.ByName("A"));

        services.Invoking(static s => s.AddImeFeed(ContractSet.ByName("B"))).Should().Throw<InvalidOperationException>().WithMessage("*Give each feed a name*");
        services.Invoking(static s => s.AddImeFeed("x", ContractSet.ByName("B"), static options => options.ClientName = " ")).Should().Throw<ArgumentException>().WithMessage("ImeFeedOptions.ClientName*");
        services.Invoking(static s => s.AddImeFeed("x", ContractSet.ByName("B"), static options => options.WhenEnded = (FeedEndBehavior)7)).Should().Throw<ArgumentException>().WithMessage("ImeFeedOptions.WhenEnded*7*StopHost*");
        services.Invoking(static s => s.AddImeFeed(" ", ContractSet.ByName("B"))).Should().Throw<ArgumentException>().WithParameterName("name");
    }

    public void Dispose() => _log.Dispose();

    private IHost Build(Action<IServiceCollection> configure, IMarketDataSource? source = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(_log);
        if (source is not null)
        {
            builder.Services.AddSingleton(source);
        }

        configure(builder.Services);
        return builder.Build();
    }
}
