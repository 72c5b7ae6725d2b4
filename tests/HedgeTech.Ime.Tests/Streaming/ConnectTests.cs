using System.Net;
using System.Net.Sockets;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Tests feeds that connect before they are enumerated. The connect fails where an enumeration would try again.</summary>
public sealed class ConnectTests
{
    private static readonly string[] Names = [.. SimulatorContract.BuiltIn.Take(2).Select(static contract => contract.Code)];

    [Fact]
    public async Task A_feed_is_connected_when_ConnectAsync_completes_and_messages_wait_for_the_enumeration()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Connection.MaxContractsPerConnection = 1);
        await using MarketFeed feed = simulated.Client.OpenFeed(ContractSet.ByName(Names));
        await feed.ConnectAsync(simulated.Cancellation);
        feed.State.Should().Be(FeedState.Live);
        await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);
        await simulated.PublishAsync(1, Names[0]);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        List<FeedEvent> read = await Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        read.OfType<FeedConnected>().Should().HaveCount(2);
        simulated.Server.Handshakes.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_consumer_of_a_connected_feed_gets_the_snapshots_received_since_the_connect()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await feed.ConnectAsync(simulated.Cancellation);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(2);
        await using IAsyncEnumerator<MarketSnapshot> snapshots = feed.GetAsyncEnumerator(simulated.Cancellation);
        (await snapshots.MoveNextAsync()).Should().BeTrue();
        snapshots.Current.Aggregate.TradeCount.Should().Be(1);
        (await snapshots.MoveNextAsync()).Should().BeTrue();
        snapshots.Current.Aggregate.TradeCount.Should().Be(2);
    }

    [Fact]
    public async Task An_unreachable_service_fails_ConnectAsync_and_ends_the_feed()
    {
        await using ImeClient client = new(NobodyThere());
        await using MarketFeed feed = client.OpenFeed(Simulated.Contracts);
        Func<Task> connect = () => feed.ConnectAsync(TestContext.Current.CancellationToken);
        ImeConnectionException failure = (await connect.Should().ThrowAsync<ImeConnectionException>()).Which;
        failure.IsTransient.Should().BeTrue();
        feed.State.Should().Be(FeedState.Ended);
        Func<Task> read = async () => await feed.GetAsyncEnumerator(TestContext.Current.CancellationToken).MoveNextAsync();
        (await read.Should().ThrowAsync<ImeConnectionException>()).Which.Should().BeSameAs(failure);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, typeof(ImeConnectionException))]
    [InlineData(HttpStatusCode.NotFound, typeof(ImeSubscriptionRefusedException))]
    [InlineData(HttpStatusCode.Forbidden, typeof(ImeSubscriptionRefusedException))]
    public async Task A_first_handshake_that_fails_fails_ConnectAsync(HttpStatusCode status, Type expected)
    {
        await using Simulated simulated = await Simulated.StartAsync();
        simulated.Server.RefuseHandshakes(status);
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        Func<Task> connect = () => feed.ConnectAsync(simulated.Cancellation);
        (await connect.Should().ThrowAsync<ImeException>()).Which.Should().BeOfType(expected);
        simulated.Server.Handshakes.Should().HaveCountLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_transient_failure_of_the_login_fails_ConnectAsync()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        simulated.Server.RefuseLogins(HttpStatusCode.ServiceUnavailable);
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        Func<Task> connect = () => feed.ConnectAsync(simulated.Cancellation);
        (await connect.Should().ThrowAsync<ImeAuthenticationException>()).Which.IsTransient.Should().BeTrue();
        simulated.Server.Logins.Should().ContainSingle();
    }

    [Fact]
    public async Task A_connected_feed_reconnects_like_any_other()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await feed.ConnectAsync(simulated.Cancellation);
        simulated.Server.RefuseHandshakes(HttpStatusCode.ServiceUnavailable, count: 3);
        simulated.Server.Drop();
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        await Simulated.ReadUntilAsync(events, static e => e is FeedInterrupted);
        await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
    }

    [Fact]
    public async Task A_cancelled_ConnectAsync_ends_the_feed_with_that_token()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        using CancellationTokenSource cancellation = new();
        await using ImeClient client = new(new ImeClientOptions
        {
            BaseAddress = simulated.Server.BaseAddress,
            CredentialsProvider = async cancelled =>
            {
                await cancellation.CancelAsync();
                await Task.Delay(Timeout.Infinite, cancelled);
                return new ImeCredentials("a", "b");
            },
        });
        await using MarketFeed feed = client.OpenFeed(Simulated.Contracts);
        Func<Task> connect = () => feed.ConnectAsync(cancellation.Token);
        (await connect.Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(cancellation.Token);
        feed.State.Should().Be(FeedState.Ended);
    }

    [Fact]
    public async Task ConnectAsync_can_be_called_once_and_only_before_the_enumeration()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using MarketFeed connected = simulated.Client.OpenFeed(Simulated.Contracts);
        await connected.ConnectAsync(simulated.Cancellation);
        await connected.Invoking(feed => feed.ConnectAsync(simulated.Cancellation)).Should().ThrowAsync<InvalidOperationException>();

        await using MarketFeed enumerated = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<MarketSnapshot> _ = enumerated.GetAsyncEnumerator(simulated.Cancellation);
        await enumerated.Invoking(feed => feed.ConnectAsync(simulated.Cancellation)).Should().ThrowAsync<InvalidOperationException>();

        MarketFeed disposed = simulated.Client.OpenFeed(Simulated.Contracts);
        await disposed.DisposeAsync();
        await disposed.Invoking(feed => feed.ConnectAsync(simulated.Cancellation)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_connected_feed_cannot_be_enumerated_after_its_disposal()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await feed.ConnectAsync(simulated.Cancellation);
        await feed.DisposeAsync();
        feed.Invoking(static f => f.GetAsyncEnumerator(CancellationToken.None)).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public async Task Statistics_show_the_last_failure_without_a_logger()
    {
        await using ImeClient client = new(NobodyThere());
        await using MarketFeed feed = client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(CancellationToken.None);
        FeedInterrupted interrupted = (await Simulated.ReadUntilAsync(events, static e => e is FeedInterrupted)).OfType<FeedInterrupted>().Single();
        feed.Statistics.LastFailure.Should().Be(interrupted.Description);
        feed.Statistics.LastFailureAt.Should().BeOnOrAfter(interrupted.ReceivedAt);
        feed.ToString().Should().Contain(interrupted.Description);
    }

    private static ImeClientOptions NobodyThere()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        return new ImeClientOptions { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Username = "a", Password = "b" };
    }
}
