using System.Net;
using System.Net.Sockets;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>An enumeration ends by the caller's token, by disposal, or by an exception, and leaves no resources behind.</summary>
public sealed class EndingTests
{
    public enum Moment
    {
        WhileLoggingIn,
        WhileConnecting,
        WhileBackingOff,
        WhileLive,
        WhileThePeerIsFrozen,
        WhileTheConsumerDoesNotRead,
    }

    public static TheoryData<Moment, bool> Moments()
    {
        TheoryData<Moment, bool> moments = [];
        foreach (Moment moment in Enum.GetValues<Moment>())
        {
            moments.Add(moment, true);
            moments.Add(moment, false);
        }

        return moments;
    }

    /// <summary>The time limit does not measure speed. A hang would never end, and a close that waits for the peer would take at least a minute.</summary>
    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Feed_ends_within_its_time_limit_regardless_of_the_peer(Moment moment, bool byToken)
    {
        using TcpListener mute = new(IPAddress.Loopback, 0);
        mute.Start();
        Uri muteAddress = new($"http://{mute.LocalEndpoint}");
        await using Simulated simulated = await Simulated.StartAsync(
            server => server.Rate = moment == Moment.WhileTheConsumerDoesNotRead ? 1000 : 0,
            options =>
            {
                options.Reconnect.InitialDelay = TimeSpan.FromSeconds(20);
                options.Reconnect.MaxDelay = TimeSpan.FromSeconds(20);
                options.Feed.Capacity = 1;
                options.Feed.Overflow = FeedOverflow.Wait;
                options.BaseAddress = moment is Moment.WhileLoggingIn or Moment.WhileConnecting ? muteAddress : options.BaseAddress;
                if (moment == Moment.WhileConnecting)
                {
                    (options.AccessToken, options.Username, options.Password) = ("token", null, null);
                }
            });
        if (moment == Moment.WhileBackingOff)
        {
            simulated.Server.RefuseHandshakes(HttpStatusCode.BadGateway);
        }

        using CancellationTokenSource caller = new();
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(caller.Token).GetAsyncEnumerator(CancellationToken.None);
        Task<bool> next = await BringToAsync(moment, simulated, events, mute);

        Task ending = byToken ? caller.CancelAsync() : feed.DisposeAsync().AsTask();
        await ending.WaitAsync(TimeSpan.FromSeconds(2), simulated.Cancellation);
        Func<Task<bool>> end = async () =>
        {
            while (await next)
            {
                next = events.MoveNextAsync().AsTask();
            }

            return false;
        };
        if (byToken)
        {
            (await end.Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(caller.Token);
        }
        else
        {
            (await end()).Should().BeFalse("disposal ends the stream normally");
        }

        await feed.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2), simulated.Cancellation);
        feed.State.Should().Be(FeedState.Ended);
        await simulated.Server.WhenAsync(static server => server.Connections.Count == 0 || server.Connections.All(static c => !c.IsOpen), simulated.Cancellation);
    }

    [Fact]
    public async Task Disposing_the_client_ends_its_streams_normally_with_a_close_frame()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        List<Task> readers = [];
        for (int i = 0; i < 3; i++)
        {
            IAsyncEnumerator<FeedEvent> events = simulated.Client.StreamEventsAsync(Simulated.Contracts, simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
            await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
            readers.Add(EndAsync(events));
        }

        IReadOnlyList<SimulatorConnection> connections = simulated.Server.Connections;
        await simulated.Client.DisposeAsync();
        await Task.WhenAll(readers);
        await Task.WhenAll(connections.Select(static connection => connection.Ended));
        connections.Should().OnlyContain(static connection => connection.ClientCloseStatus == 1000);

        FluentActions.Invoking(() => simulated.Client.OpenFeed(Simulated.Contracts)).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(() => simulated.Client.StreamEventsAsync(Simulated.Contracts, simulated.Cancellation)).Should().Throw<ObjectDisposedException>();
        await FluentActions.Awaiting(async () => await simulated.Client.GetAccessTokenAsync(simulated.Cancellation)).Should().ThrowAsync<ObjectDisposedException>();
        await simulated.Client.DisposeAsync();
    }

    [Fact]
    public async Task Leaving_the_loop_closes_the_connection()
    {
        await using Simulated simulated = await Simulated.StartAsync(static server => server.Rate = 100);
        await foreach (MarketSnapshot _ in simulated.Client.StreamAsync(Simulated.Contracts, simulated.Cancellation))
        {
            break;
        }

        await simulated.Server.WhenAsync(static server => server.Connections.Count == 0, simulated.Cancellation);
        simulated.Server.Handshakes.Should().ContainSingle();
    }

    [Fact]
    public async Task A_second_enumeration_of_a_feed_is_refused()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<MarketSnapshot> first = feed.GetAsyncEnumerator(simulated.Cancellation);

        FluentActions.Invoking(() => feed.GetAsyncEnumerator(CancellationToken.None)).Should().Throw<InvalidOperationException>();
        FluentActions.Invoking(() => feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public async Task A_disposed_feed_cannot_be_enumerated()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        feed.State.Should().Be(FeedState.Idle);
        await feed.DisposeAsync();
        await feed.DisposeAsync();
        feed.State.Should().Be(FeedState.Ended);
        FluentActions.Invoking(() => feed.GetAsyncEnumerator(CancellationToken.None)).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public async Task Nothing_connects_before_the_enumeration_starts_and_arguments_are_validated_at_the_call()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        _ = simulated.Client.StreamAsync(Simulated.Contracts, simulated.Cancellation);
        FluentActions.Invoking(() => simulated.Client.OpenFeed(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => simulated.Client.StreamEventsAsync(null!, simulated.Cancellation)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => simulated.Client.StreamAsync(null!, simulated.Cancellation)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => simulated.Client.StreamByNameAsync([], simulated.Cancellation)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => simulated.Client.StreamByIdAsync([" "], simulated.Cancellation)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => simulated.Client.OpenFeed(Simulated.Contracts, new FeedOptions { Capacity = 0 })).Should().Throw<ArgumentException>().WithMessage("*Capacity*");
        simulated.Server.Logins.Should().BeEmpty();
    }

    [Fact]
    public async Task A_token_that_is_already_cancelled_ends_the_stream_before_it_connects()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        Func<Task> read = () => ReadToTheEndAsync(simulated.Client.OpenFeed(Simulated.Contracts), new CancellationToken(canceled: true));
        await read.Should().ThrowAsync<OperationCanceledException>();
        simulated.Server.Logins.Should().BeEmpty();
    }

    [Fact]
    public async Task Waiting_events_are_delivered_before_the_exception_that_ends_the_stream()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Reconnect.MaxAttempts = 1);
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<MarketSnapshot> snapshots = feed.GetAsyncEnumerator(simulated.Cancellation);
        ValueTask<bool> first = snapshots.MoveNextAsync();
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(10);
        (await first).Should().BeTrue();

        SimulatorConnection connection = simulated.Server.Connections[0];
        await simulated.Server.WhenAsync(_ => connection.MessagesSent == 10, simulated.Cancellation);
        simulated.Server.RefuseHandshakes(HttpStatusCode.BadGateway);
        await connection.EndAsync();
        await simulated.Server.WhenAsync(static server => server.Handshakes.Count == 2, simulated.Cancellation);

        int delivered = 1;
        Func<Task> rest = async () =>
        {
            while (await snapshots.MoveNextAsync())
            {
                delivered++;
            }
        };
        await rest.Should().ThrowAsync<ImeConnectionException>();
        delivered.Should().Be(10);
    }

    private static async Task<Task<bool>> BringToAsync(Moment moment, Simulated simulated, IAsyncEnumerator<FeedEvent> events, TcpListener mute)
    {
        Task<bool> next = events.MoveNextAsync().AsTask();
        switch (moment)
        {
            case Moment.WhileLoggingIn or Moment.WhileConnecting:
                _ = await mute.AcceptSocketAsync(simulated.Cancellation);
                return next;
            case Moment.WhileBackingOff:
                await simulated.Server.WhenAsync(static server => server.Handshakes.Count == 1, simulated.Cancellation);
                return next;
            case Moment.WhileTheConsumerDoesNotRead:
                (await next).Should().BeTrue();
                await simulated.Server.WhenAsync(static server => server.Connections is [{ MessagesSent: > 50 }], simulated.Cancellation);
                return Task.FromResult(true);
        }

        (await next).Should().BeTrue();
        next = events.MoveNextAsync().AsTask();
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        if (moment == Moment.WhileThePeerIsFrozen)
        {
            simulated.Server.FreezePongs();
        }

        return next;
    }

    private static async Task EndAsync(IAsyncEnumerator<FeedEvent> events)
    {
        (await events.MoveNextAsync()).Should().BeFalse();
        await events.DisposeAsync();
    }

    private static async Task ReadToTheEndAsync(MarketFeed feed, CancellationToken cancellationToken)
    {
        await foreach (MarketSnapshot _ in feed.WithCancellation(cancellationToken))
        {
        }
    }
}
