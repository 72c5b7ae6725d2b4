using HedgeTech.Ime.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting.Tests.Feeds;

public sealed class AddImeFeedTests : IDisposable
{
    private readonly ScriptedSource _source = new();
    private readonly LogLines _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_feed_begins_with_the_host_and_ends_with_it()
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
    public async Task A_feed_that_ends_though_nobody_asked_it_to_is_a_failure_too()
    {
        using IHost host = Build(services => services.AddImeFeed(ContractSet.ByName("A")), _source);
        Task run = host.RunAsync(Cancellation);

        _source.End();

        (await run.Invoking(static task => task).Should().ThrowAsync<InvalidOperationException>()).WithMessage("The feed of A ended though nobody asked it to*");
    }

    [Fact]
    public async Task A_host_may_outlive_its_feed_but_not_without_a_word()
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
    public async Task A_missing_client_is_a_failure_and_not_a_quiet_feed()
    {
        using IHost host = Build(services => services.AddImeFeed(ContractSet.ByName("A"), static options => options.ClientName = "nobody"));

        await host.RunAsync(Cancellation).Invoking(static run => run).Should().ThrowAsync<InvalidOperationException>().WithMessage("*services.AddImeClient(\"nobody\", …)*");

        _log.Lines.Should().Contain(static line => line.Level == LogLevel.Critical);
    }

    [Fact]
    public async Task A_feed_without_any_client_says_what_to_call()
    {
        using IHost host = Build(static services => services.AddImeFeed(ContractSet.ByName("A")));

        await host.RunAsync(Cancellation).Invoking(static run => run).Should().ThrowAsync<InvalidOperationException>().WithMessage("There is no client*services.AddImeClient(…)*");
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
    public void What_is_wrong_is_said_when_the_feed_is_added()
    {
        ServiceCollection services = new();
        services.AddImeFeed(ContractSet.ByName("A"));

        services.Invoking(static s => s.AddImeFeed(ContractSet.ByName("B"))).Should().Throw<InvalidOperationException>().WithMessage("*give each of them a name*");
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
