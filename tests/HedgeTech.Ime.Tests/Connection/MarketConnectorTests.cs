using System.Net;
using HedgeTech.Ime.Connection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Tests.Connection;

public sealed class MarketConnectorTests
{
    private static CancellationToken Ct => Patience.Token;

    [Theory]
    [InlineData(null, Open.Token)]
    [InlineData("", Open.Token)]
    [InlineData("Bearer", "Bearer " + Open.Token)]
    public async Task Handshake_carries_the_token_and_the_user_agent_and_no_other_identification(string? scheme, string expected)
    {
        RawRequest? request = null;
        await using RawPeer peer = RawPeer.Start(async session => await session.AcceptWebSocketAsync(request = await session.ReadRequestAsync()));
        await using MarketConnection connection = await Open.Async(peer, ContractSet.ByName("x"), Ct, new ConnectionOptions { UserAgent = "Trader/1.0 (desk 7)" }, scheme: scheme);

        request!.Header("Authorization").Should().Be(expected);
        request.Fingerprint().Should().Be("User-Agent: Trader/1.0 (desk 7)");
        request.Headers.Select(static header => header.Key).Should().BeEquivalentTo(
            "Host", "Authorization", "User-Agent", "Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(301)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(414)]
    [InlineData(429)]
    [InlineData(431)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task Failure_of_a_refused_handshake_has_its_status(int status)
    {
        RecordingLogger logger = new();
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.ReadRequestAsync();
            await session.AnswerAsync(status, "<html>" + Open.Token, $"Location: {new Uri(new Uri("http://localhost"), "/elsewhere")}", "Retry-After: 7");
        });

        HandshakeException failure = await FailureOf(Open.Async(peer, ContractSet.ByName("x"), Ct, logger: logger));

        failure.Status.Should().Be((HttpStatusCode)status);
        failure.RetryAfter.Should().Be(TimeSpan.FromSeconds(7));
        failure.InnerException.Should().NotBeNull();
        failure.Message.Should().Contain(peer.EndPoint.ToString()).And.Contain(status.ToString(null, null));
        failure.ToString().Should().NotContain(Open.Token).And.NotContain("html");
        logger.Entries.Should().ContainSingle().Which.Text.Should().NotContain(Open.Token);
        logger.Entries.Should().OnlyContain(static entry => entry.Level == LogLevel.Debug && entry.Id.Id >= 1100 && entry.Id.Id <= 1199);
    }

    [Fact]
    public async Task Upgrade_without_a_valid_accept_header_is_a_failed_handshake()
    {
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.ReadRequestAsync();
            await session.SendAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm8=\r\n\r\n"u8.ToArray());
            await session.HoldAsync();
        });

        (await FailureOf(Open.Async(peer, ContractSet.ByName("x"), Ct))).Status.Should().Be(HttpStatusCode.SwitchingProtocols);
    }

    [Fact]
    public async Task Handshake_with_an_unreachable_server_fails_without_a_status()
    {
        RawPeer peer = RawPeer.Start(static session => Task.CompletedTask);
        await peer.DisposeAsync();

        HandshakeException failure = await FailureOf(Open.Async(peer, ContractSet.ByName("x"), Ct));

        failure.Status.Should().BeNull();
        failure.Message.Should().Contain("got no answer");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_that_closes_during_the_handshake_is_a_failure_without_a_status(bool isReset)
    {
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.ReadRequestAsync();
            (isReset ? (Action)session.Reset : session.Dispose)();
        });

        (await FailureOf(Open.Async(peer, ContractSet.ByName("x"), Ct))).Status.Should().BeNull();
    }

    [Fact]
    public async Task Handshake_with_an_unknown_host_fails_without_a_status()
    {
        await using RawPeer peer = RawPeer.Start(static session => Task.CompletedTask);

        HandshakeException failure = await FailureOf(Open.Async(peer, ContractSet.ByName("x"), Ct, baseAddress: new Uri("http://no-such-host.invalid/")));

        failure.Status.Should().BeNull();
        failure.Message.Should().Contain("no-such-host.invalid");
    }

    [Fact]
    public async Task Handshake_without_answer_times_out_by_the_clock_of_the_client()
    {
        FakeTimeProvider time = new();
        using SemaphoreSlim arrived = new(0);
        using SemaphoreSlim gone = new(0);
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.ReadRequestAsync();
            arrived.Release();
            await session.WaitForEndAsync();
            gone.Release();
        });

        Task<MarketConnection> opening = Open.Async(peer, ContractSet.ByName("x"), Ct, new ConnectionOptions { ConnectTimeout = TimeSpan.FromMinutes(1) }, time: time);
        await arrived.WaitAsync(Ct);
        time.Advance(TimeSpan.FromMinutes(1));
        HandshakeException failure = await FailureOf(opening);

        failure.Status.Should().BeNull();
        failure.Message.Should().Contain("was not answered within 60 s");
        await gone.WaitAsync(Ct);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelled_handshake_is_cancelled_and_leaves_no_socket(bool isTls)
    {
        using CancellationTokenSource impatient = new();
        using SemaphoreSlim arrived = new(0);
        using SemaphoreSlim gone = new(0);
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.Stream.ReadExactlyAsync(new byte[1], Ct); // the first byte of the request, or of the TLS hello, which gets no answer
            arrived.Release();
            await session.WaitForEndAsync();
            gone.Release();
        });

        Task<MarketConnection> opening = Open.Async(peer, ContractSet.ByName("x"), impatient.Token, new ConnectionOptions { ConnectTimeout = TimeSpan.FromHours(1) }, new Uri($"{(isTls ? "https" : "http")}://{peer.EndPoint}"));
        await arrived.WaitAsync(Ct);
        await impatient.CancelAsync();

        (await ((Func<Task>)(() => opening)).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(impatient.Token);
        await gone.WaitAsync(Ct);
    }

    [Fact]
    public async Task Cancelled_call_opens_no_connection()
    {
        await using RawPeer peer = RawPeer.Start(static session => Task.CompletedTask);

        Func<Task> open = () => Open.Async(peer, ContractSet.ByName("x"), new CancellationToken(canceled: true));

        await open.Should().ThrowAsync<OperationCanceledException>();
        peer.Accepted.Should().Be(0);
    }

    [Fact]
    public async Task Compression_is_not_offered_by_default()
    {
        RawRequest? request = null;
        await using RawPeer peer = RawPeer.Start(async session => await session.AcceptWebSocketAsync(request = await session.ReadRequestAsync()));
        await using MarketConnection connection = await Open.Async(peer, ContractSet.ByName("x"), Ct);

        request!.Header("Sec-WebSocket-Extensions").Should().BeNull();
    }

    internal static async Task<HandshakeException> FailureOf(Task<MarketConnection> opening) =>
        (await ((Func<Task>)(() => opening)).Should().ThrowAsync<HandshakeException>()).Which;
}
