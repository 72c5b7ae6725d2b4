using HedgeTech.Ime.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HedgeTech.Ime.Hosting.Tests.Feeds;

/// <summary>Tests the sinks of hosted feeds.</summary>
public sealed class AddSinkTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("gold")]
    public async Task The_sinks_of_a_feed_get_its_snapshots_and_its_end_and_the_container_disposes_of_those_it_created(string? name)
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: Cancellation);
        ContractSet contracts = [ContractKey.Name(simulator.Contracts[0].Code)];
        ListeningSink own = new();
        ListeningSink? made = null;
        ListeningSink other = new();
        using (IHost host = Build(services =>
        {
            services.AddImeClient(options => (options.BaseAddress, options.Username, options.Password) = (simulator.BaseAddress, simulator.Username, simulator.Password));
            ImeFeedBuilder builder = name is null ? services.AddImeFeed(contracts) : services.AddImeFeed(name, contracts);
            builder.AddSink(own).AddSink(provider => made = new ListeningSink { Made = provider.GetRequiredService<ImeClient>() });
            services.AddImeFeed("another", ContractSet.ByName(simulator.Contracts[1].Code)).AddSink(other);
        }))
        {
            await host.StartAsync(Cancellation);
            MarketBoard board = name is null ? host.Services.GetRequiredService<MarketBoard>() : host.Services.GetRequiredKeyedService<MarketBoard>(name);
            MarketSnapshot first = await board.WaitForAsync(contracts.First(), static _ => true, Cancellation);

            own.Snapshots.Should().Contain(first, "a sink gets a snapshot before the board does");
            made!.Snapshots.Should().Contain(first);
            await host.StopAsync(Cancellation);
            own.Ends.Should().Be(1);
            made.IsDisposed.Should().BeFalse("the container is not disposed of yet");
        }

        made.IsDisposed.Should().BeTrue();
        made.HadEndedBeforeDisposal.Should().BeTrue();
        own.IsDisposed.Should().BeFalse("the application owns this sink");
        other.Snapshots.Should().NotContain(snapshot => contracts.Contains(snapshot.Contract));
    }

    [Fact]
    public async Task A_host_that_is_disposed_without_a_stop_ends_the_feed_before_its_sinks_are_disposed()
    {
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(cancellationToken: Cancellation);
        ContractSet contracts = [ContractKey.Name(simulator.Contracts[0].Code)];
        ListeningSink? made = null;
        using (IHost host = Build(services =>
        {
            services.AddImeClient(options => (options.BaseAddress, options.Username, options.Password) = (simulator.BaseAddress, simulator.Username, simulator.Password));
            services.AddImeFeed(contracts).AddSink(_ => made = new ListeningSink());
        }))
        {
            await host.StartAsync(Cancellation);
            await host.Services.GetRequiredService<MarketBoard>().WaitForAsync(contracts.First(), static _ => true, Cancellation);
        }

        made!.IsDisposed.Should().BeTrue();
        made.HadEndedBeforeDisposal.Should().BeTrue();
    }

    [Fact]
    public async Task The_sinks_of_a_feed_from_another_source_than_a_client_get_its_snapshots_before_the_board_and_its_end()
    {
        ScriptedSource source = new();
        ListeningSink? made = null;
        using (IHost host = Build(services =>
        {
            services.AddSingleton<IMarketDataSource>(source);
            services.AddImeFeed(ContractSet.ByName("A")).AddSink(_ => made = new ListeningSink());
        }))
        {
            await host.StartAsync(Cancellation);
            source.Say("A", lastPrice: 5);
            MarketSnapshot first = await host.Services.GetRequiredService<MarketBoard>().WaitForAsync(ContractKey.Name("A"), static _ => true, Cancellation);

            made!.Snapshots.Should().Equal(first);
            await host.StopAsync(Cancellation);
            made.Ends.Should().Be(1);
        }

        made.HadEndedBeforeDisposal.Should().BeTrue();
    }

    private static IHost Build(Action<IServiceCollection> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        configure(builder.Services);
        return builder.Build();
    }

    private sealed class ListeningSink : IFeedSink, IDisposable
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<MarketSnapshot> _snapshots = [];

        public object? Made { get; init; }

        public IReadOnlyCollection<MarketSnapshot> Snapshots => _snapshots;

        public int Ends { get; private set; }

        public bool IsDisposed { get; private set; }

        public bool HadEndedBeforeDisposal { get; private set; }

        public void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame) => _snapshots.Enqueue(snapshot);

        public void OnEvent(FeedEvent feedEvent)
        {
        }

        public void OnEnd(Exception? exception) => Ends++;

        public void Dispose()
        {
            HadEndedBeforeDisposal = Ends == 1;
            IsDisposed = true;
        }
    }
}
