using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Telemetry;

namespace HedgeTech.Ime.Tests.Connection;

public sealed class GivenUpRequestTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancelled_request_leaves_its_connection_to_the_next_request(bool hasThreads)
    {
        using X509Certificate2 certificate = TransportHandlerTests.LoopbackCertificate();
        using SemaphoreSlim firstRequest = new(0);
        using SemaphoreSlim mayAnswerFirst = new(0);
        using SemaphoreSlim secondRequest = new(0);
        using SemaphoreSlim secondConnection = new(0);
        using SemaphoreSlim mayConnectSecond = new(0);
        using SemaphoreSlim mayStream = new(0);
        int accepted = 0;
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            bool isFirst = Interlocked.Increment(ref accepted) == 1;
            if (!isFirst)
            {
                secondConnection.Release();
                await mayConnectSecond.WaitAsync(session.Stopped);
            }

            SslStream secure = new(session.Stream);
            await secure.AuthenticateAsServerAsync(certificate);
            session.Stream = secure;
            if (isFirst)
            {
                await session.ReadRequestAsync();
                firstRequest.Release();
                await mayAnswerFirst.WaitAsync(session.Stopped);
                await session.AnswerAsync(200);
                await session.ReadRequestAsync();
                secondRequest.Release();
            }
            else
            {
                await session.AcceptWebSocketAsync();
                await mayStream.WaitAsync(session.Stopped);
                await session.SendTextAsync("alive");
            }

            await session.HoldAsync();
        });
        Uri address = new($"https://{peer.EndPoint}");
        ConnectionOptions options = new() { DedicatedThreads = hasThreads, ServerCertificateValidation = static (_, _, _, errors) => errors == SslPolicyErrors.RemoteCertificateChainErrors };
        using HttpMessageInvoker http = new(TransportHandler.Create(options));
        MarketConnector connector = new(address, options, null, http, new RecordingLogger(), TimeProvider.System, ClientMeter.Of(null));
        using CancellationTokenSource impatient = new();
        CancellationToken patience = Patience.Token;

        // The first request occupies connection 1. The second request opens connection 2, but connection 1 serves it as soon as it is free. Connection 2 is then free for the handshake.
        Task<HttpResponseMessage> first = SendAsync(patience);
        await firstRequest.WaitAsync(patience);
        Task<HttpResponseMessage> second = SendAsync(impatient.Token);
        await secondConnection.WaitAsync(patience);
        mayAnswerFirst.Release();
        (await first).Dispose();
        await secondRequest.WaitAsync(patience);
        Task<MarketConnection> opening = connector.OpenAsync(ContractSet.ByName("a"), new AccessToken("t", null), patience);
        mayConnectSecond.Release();
        await using MarketConnection connection = await opening;
        await impatient.CancelAsync();
        await ((Func<Task>)(() => second)).Should().ThrowAsync<OperationCanceledException>();
        mayStream.Release();

        (await MarketConnectionTests.TextAsync(connection)).Should().Be("alive");
        accepted.Should().Be(2);

        Task<HttpResponseMessage> SendAsync(CancellationToken cancellationToken) =>
            http.SendAsync(new HttpRequestMessage(HttpMethod.Get, address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact }, cancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handshake_that_is_cancelled_before_tls_is_ready_leaves_no_socket(bool hasThreads)
    {
        using SemaphoreSlim arrived = new(0);
        using SemaphoreSlim gone = new(0);
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            arrived.Release();
            await session.WaitForEndAsync();
            gone.Release();
        });
        using CancellationTokenSource impatient = new();
        ConnectionOptions options = new() { DedicatedThreads = hasThreads, ConnectTimeout = TimeSpan.FromHours(1) };

        Task<MarketConnection> opening = Open.Async(peer, ContractSet.ByName("a"), impatient.Token, options, new Uri($"https://{peer.EndPoint}"));
        await arrived.WaitAsync(Patience.Token);
        await impatient.CancelAsync();

        await ((Func<Task>)(() => opening)).Should().ThrowAsync<OperationCanceledException>();
        await gone.WaitAsync(Patience.Token);
    }
}
