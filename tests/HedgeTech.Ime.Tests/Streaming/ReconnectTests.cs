using System.Net;
using System.Net.WebSockets;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Tests the faults that a feed survives, on real sockets.</summary>
public sealed class ReconnectTests
{
    [Fact]
    public async Task A_change_of_the_network_of_the_machine_starts_an_attempt_immediately()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options =>
        {
            options.Reconnect.InitialDelay = TimeSpan.FromMinutes(10);
            options.Reconnect.MaxDelay = TimeSpan.FromMinutes(10);
        });
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 1);
        await simulated.Server.StopAsync();
        await stream.WhenAsync(static s => s.Events.OfType<FeedInterrupted>().Any());
        await simulated.Server.StartAgainAsync(simulated.Cancellation);

        // Without the report of the change, the next attempt would start minutes later.
        simulated.Client.Network.Raise();
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await stream.WhenAsync(static s => s.Events.OfType<FeedResumed>().Any());
    }

    [Fact]
    public async Task Fifteen_drops_in_a_row_neither_lose_nor_repeat_any_message_sent_to_a_subscribed_line()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        Task<List<FeedEvent>> reading = ReadSnapshotsAsync(feed, 3000, simulated.Cancellation);
        for (int session = 0; session < 15; session++)
        {
            await simulated.Server.WhenAsync(server => server.Connections is [{ IsSubscribed: true }], simulated.Cancellation);
            SimulatorConnection connection = simulated.Server.Connections[0];
            await simulated.PublishAsync(200);
            await simulated.Server.WhenAsync(_ => connection.MessagesSent >= 200, simulated.Cancellation);
            if (session == 14)
            {
                break;
            }

            await (session % 2 == 0 ? connection.EndAsync() : connection.CloseAsync(1012, "service restart"));
            await connection.Ended;
        }

        List<FeedEvent> events = await reading;
        events.OfType<MarketSnapshot>().Select(static snapshot => snapshot.Aggregate.TradeCount)
            .Should().Equal(Enumerable.Range(1, 3000).Select(static number => (long)number));
        events.Where(static e => e is FeedInterrupted or FeedResumed).Select(static e => e is FeedInterrupted)
            .Should().Equal(Enumerable.Range(0, 28).Select(static i => i % 2 == 0), "interruptions and resumptions alternate");
        feed.Statistics.Should().Match<FeedStatistics>(s => s.Received == 3000 && s.Delivered == 3000 && s.Reconnects == 14);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1011)]
    [InlineData(1012)]
    public async Task A_close_frame_is_an_outage_with_its_status_and_reason(int status)
    {
        (FeedInterrupted interrupted, FeedResumed resumed) = await OutageAsync(static (server, status) => server.CloseAsync(status, "so it goes"), status);
        interrupted.Reason.Should().Be(InterruptionReason.Closed);
        interrupted.CloseStatus.Should().Be((WebSocketCloseStatus)status);
        interrupted.Description.Should().Be("so it goes");
        resumed.Attempts.Should().Be(1);
        resumed.Gap.Should().BePositive();
    }

    [Fact]
    public async Task A_connection_that_ends_without_a_close_frame_is_an_outage_with_the_reason_ConnectionLost()
    {
        (FeedInterrupted interrupted, _) = await OutageAsync(static (server, _) =>
        {
            server.Drop();
            return Task.CompletedTask;
        });
        interrupted.Reason.Should().Be(InterruptionReason.ConnectionLost);
        interrupted.CloseStatus.Should().BeNull();
    }

    [Fact]
    public async Task A_frozen_peer_is_noticed_by_its_missing_pongs()
    {
        (FeedInterrupted interrupted, _) = await OutageAsync(
            static (server, _) =>
            {
                server.FreezePongs();
                return Task.CompletedTask;
            },
            client: static options =>
            {
                options.Connection.KeepAliveInterval = TimeSpan.FromMilliseconds(200);
                options.Connection.KeepAliveTimeout = TimeSpan.FromMilliseconds(200);
            });
        interrupted.Reason.Should().Be(InterruptionReason.KeepAliveTimeout);
    }

    [Fact]
    public async Task A_stream_survives_a_restart_of_the_server()
    {
        await using Simulated simulated = await Simulated.StartAsync(static server => server.Rate = 100);
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        await Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        await simulated.Server.RestartAsync(simulated.Cancellation);

        // A server that is shutting down may still accept a handshake, so the outage may contain more than one connection.
        List<FeedEvent> outage = await Simulated.ReadUntilAsync(events, static e => e is FeedResumed);
        outage.RemoveAll(static e => e is MarketSnapshot or FeedConnected);
        outage.Select(static e => e.GetType()).Should().Equal(typeof(FeedInterrupted), typeof(FeedResumed));
        ((FeedInterrupted)outage[0]).Reason.Should().BeOneOf(InterruptionReason.Closed, InterruptionReason.ConnectionLost);
        await Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
    }

    [Fact]
    public async Task Revoked_tokens_are_renewed_and_the_stream_continues()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        (FeedInterrupted interrupted, _) = await OutageAsync(simulated, static (server, _) =>
        {
            server.RevokeTokens();
            return server.CloseAsync(1008, "token expired");
        });
        interrupted.Reason.Should().Be(InterruptionReason.Closed);
        simulated.Server.Logins.Should().HaveCount(2);
        simulated.Server.Handshakes.Should().HaveCount(2, "the client does not use a token again after it is refused");
    }

    [Fact]
    public async Task A_token_that_was_revoked_during_an_outage_is_renewed_as_soon_as_the_handshake_is_refused()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        (_, FeedResumed resumed) = await OutageAsync(simulated, static (server, _) =>
        {
            server.RevokeTokens();
            server.Drop();
            return Task.CompletedTask;
        });
        simulated.Server.Handshakes.Select(static handshake => handshake.Status)
            .Should().Equal(HttpStatusCode.SwitchingProtocols, HttpStatusCode.Forbidden, HttpStatusCode.SwitchingProtocols);
        simulated.Server.Logins.Should().HaveCount(2);
        resumed.Attempts.Should().Be(1, "the refusal and the retry with a fresh token are one attempt");
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task A_transient_failure_of_the_first_handshake_is_an_outage_and_is_retried(HttpStatusCode status)
    {
        await using Simulated simulated = await Simulated.StartAsync();
        simulated.Server.RefuseHandshakes(status, "<html>not now</html>", count: 3);
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);

        List<FeedEvent> read = await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
        FeedInterrupted interrupted = read.OfType<FeedInterrupted>().Should().ContainSingle().Subject;
        interrupted.Reason.Should().Be(InterruptionReason.ConnectFailed);
        interrupted.HttpStatus.Should().Be(status);
        feed.State.Should().Be(FeedState.Interrupted);

        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        read = await Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        read[0].Should().BeOfType<FeedResumed>().Which.Attempts.Should().Be(4);
        feed.State.Should().Be(FeedState.Live);
        simulated.Server.Logins.Should().ContainSingle();
    }

    [Fact]
    public async Task A_transient_failure_of_a_login_is_an_outage_and_its_Retry_After_is_honored()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        simulated.Server.RefuseLogins(HttpStatusCode.ServiceUnavailable, "<html>busy</html>", TimeSpan.FromSeconds(1), count: 1);
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);

        List<FeedEvent> read = await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
        FeedInterrupted interrupted = read.OfType<FeedInterrupted>().Should().ContainSingle().Subject;
        interrupted.Reason.Should().Be(InterruptionReason.LoginFailed);
        interrupted.HttpStatus.Should().Be(HttpStatusCode.ServiceUnavailable);
        interrupted.Description.Should().NotContain("html");
        (simulated.Server.Logins[1].At - simulated.Server.Logins[0].At).Should().BeGreaterThan(TimeSpan.FromSeconds(0.99), "the server asked for one second, which is a hundred times the first delay");
    }

    [Fact]
    public async Task MaxAttempts_ends_the_stream_with_the_last_failure()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Reconnect.MaxAttempts = 3);
        simulated.Server.RefuseHandshakes(HttpStatusCode.BadGateway);
        Func<Task> read = async () => await ReadSnapshotsAsync(simulated.Client.OpenFeed(Simulated.Contracts), 1, simulated.Cancellation);

        (await read.Should().ThrowAsync<ImeConnectionException>()).Which.Should().Match<ImeConnectionException>(e => e.Attempts == 3 && e.IsTransient);
        simulated.Server.Handshakes.Should().HaveCount(3);
    }

    [Fact]
    public async Task The_delays_for_a_server_that_accepts_and_drops_grow_as_for_one_that_refuses()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Reconnect.MaxAttempts = 6);
        simulated.Server.CloseAfterAccept(1011, "crash");
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        List<FeedEvent> read = [];
        Func<Task> enumerate = async () =>
        {
            await foreach (FeedEvent feedEvent in feed.ReadEventsAsync(simulated.Cancellation))
            {
                read.Add(feedEvent);
            }
        };

        (await enumerate.Should().ThrowAsync<ImeConnectionException>()).Which.Attempts.Should().Be(6, "an accepted handshake does not reset the count of attempts");
        read.OfType<FeedInterrupted>().Should().ContainSingle("all attempts belong to one outage");
        read.OfType<FeedConnected>().Should().HaveCount(6);
    }

    private static async Task<List<FeedEvent>> ReadSnapshotsAsync(MarketFeed feed, int snapshots, CancellationToken cancellationToken)
    {
        List<FeedEvent> read = [];
        await foreach (FeedEvent feedEvent in feed.ReadEventsAsync(cancellationToken))
        {
            read.Add(feedEvent);
            if (feedEvent is MarketSnapshot && --snapshots == 0)
            {
                break;
            }
        }

        return read;
    }

    private static async Task<(FeedInterrupted Interrupted, FeedResumed Resumed)> OutageAsync(
        Func<ImeSimulator, int, Task> fault,
        int argument = 0,
        Action<ImeClientOptions>? client = null)
    {
        await using Simulated simulated = await Simulated.StartAsync(client: client);
        return await OutageAsync(simulated, fault, argument);
    }

    /// <summary>Sends a message, causes the fault, sends another message, and returns the events in between.</summary>
    private static async Task<(FeedInterrupted Interrupted, FeedResumed Resumed)> OutageAsync(
        Simulated simulated,
        Func<ImeSimulator, int, Task> fault,
        int argument = 0)
    {
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        Task<List<FeedEvent>> first = Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        (await first).Select(static e => e.GetType()).Should().Equal(typeof(FeedConnected), typeof(MarketSnapshot));

        await fault(simulated.Server, argument);
        List<FeedEvent> outage = await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
        await simulated.Server.WhenAsync(static server => server.Connections.Any(static c => c.IsSubscribed && c.MessagesSent == 0), simulated.Cancellation);
        await simulated.PublishAsync(1);
        outage.AddRange(await Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot));
        outage.Select(static e => e.GetType()).Should().Equal(typeof(FeedInterrupted), typeof(FeedConnected), typeof(FeedResumed), typeof(MarketSnapshot));
        return ((FeedInterrupted)outage[0], (FeedResumed)outage[2]);
    }
}
