using System.Reactive.Linq;
using HedgeTech.Ime.Tests.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using R3;

namespace HedgeTech.Ime.Tests.Bridges;

/// <summary>Runs the code of the guide against the simulator, with System.Reactive, R3 and SignalR.</summary>
public sealed class LibraryBridgeTests
{
    [Fact]
    public async Task Rx_computes_on_the_stream_and_ends_it_when_it_has_enough()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        Task<IList<long>> counts = System.Reactive.Threading.Tasks.TaskObservableExtensions.ToTask(
            System.Reactive.Linq.Observable.Take(simulated.Client.StreamAsync(Simulated.Contracts, simulated.Cancellation).ToObservable(), 3)
                .Select(static snapshot => snapshot.Aggregate.TradeCount)
                .ToList(),
            simulated.Cancellation);
        await simulated.Server.WhenSubscribedAsync(cancellationToken: simulated.Cancellation);

        long first = await simulated.Server.PublishAsync(Simulated.Contract, simulated.Cancellation);
        await simulated.PublishAsync(2);

        (await counts).Should().Equal(first, first + 1, first + 2);
        await simulated.Server.WhenAsync(static server => server.Connections.Count == 0, simulated.Cancellation);
    }

    [Fact]
    public async Task R3_subscribes_to_the_stream_through_the_same_observable()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        Task<MarketSnapshot[]> snapshots = simulated.Client.StreamAsync(Simulated.Contracts, simulated.Cancellation).ToObservable()
            .ToObservable() // the method of R3
            .Take(2)
            .ToArrayAsync(simulated.Cancellation);
        await simulated.Server.WhenSubscribedAsync(cancellationToken: simulated.Cancellation);

        await simulated.PublishAsync(2);

        (await snapshots).Select(static one => one.Contract.Value).Should().Equal(Simulated.Contract, Simulated.Contract);
        await simulated.Server.WhenAsync(static server => server.Connections.Count == 0, simulated.Cancellation);
    }

    [Fact]
    public async Task A_SignalR_client_streams_a_channel_until_it_leaves()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR();
        builder.Services.AddSingleton(simulated.Client);
        await using WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapHub<PriceHub>("/prices");
        await app.StartAsync(simulated.Cancellation);
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await using HubConnection connection = new HubConnectionBuilder().WithUrl($"{address}/prices").Build();
        await connection.StartAsync(simulated.Cancellation);
        using CancellationTokenSource leaving = CancellationTokenSource.CreateLinkedTokenSource(simulated.Cancellation);

        Task<decimal> price = ReadFirstAsync(connection.StreamAsync<MarketSnapshot>("Stream", Simulated.Contract, leaving.Token));
        await simulated.Server.WhenSubscribedAsync(cancellationToken: simulated.Cancellation);
        await simulated.PublishAsync(1);

        (await price).Should().BePositive();
        await leaving.CancelAsync();
        await simulated.Server.WhenAsync(static server => server.Connections.Count == 0, simulated.Cancellation);

        static async Task<decimal> ReadFirstAsync(IAsyncEnumerable<MarketSnapshot> snapshots) => (await snapshots.FirstAsync(TestContext.Current.CancellationToken)).LastPrice!.Value;
    }

    /// <summary>The hub that the guide shows.</summary>
    public sealed class PriceHub(ImeClient client) : Hub
    {
        public System.Threading.Channels.ChannelReader<MarketSnapshot> Stream(string contract, CancellationToken browserLeft) =>
            client.StreamByNameAsync([contract], browserLeft).ToChannel(64, cancellationToken: browserLeft);
    }
}
