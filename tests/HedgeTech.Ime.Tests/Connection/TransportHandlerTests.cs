using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Telemetry;
using HedgeTech.Ime.Tests.Authentication;

namespace HedgeTech.Ime.Tests.Connection;

public sealed class TransportHandlerTests
{
    private static CancellationToken Ct => Patience.Token;

    [Fact]
    public async Task Token_that_is_bound_to_the_client_of_the_login_is_valid_for_the_handshake()
    {
        using System.Diagnostics.ActivityListener listener = new() { ShouldListenTo = static _ => true, Sample = static (ref _) => System.Diagnostics.ActivitySamplingResult.AllDataAndRecorded };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);
        using System.Diagnostics.Activity activity = new System.Diagnostics.Activity("an application that traces").Start();
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            while (await session.ReadRequestAsync() is { } request)
            {
                string client = Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(request.Fingerprint()))) + ((IPEndPoint)session.Socket.RemoteEndPoint!).Address;
                if (request.Line.StartsWith("POST", StringComparison.Ordinal))
                {
                    await session.AnswerAsync(200, LoginPeer.Grant(client));
                }
                else if (request.Header("Authorization") == client)
                {
                    await session.AcceptWebSocketAsync(request);
                    await session.HoldAsync();
                }
                else
                {
                    await session.AnswerAsync(403);
                }
            }
        });
        ConnectionOptions options = new() { UserAgent = "Trader/1.0" };
        using HttpMessageInvoker http = new(TransportHandler.Create(options));
        using TokenSource source = TokenSource.FromCredentials(
            static _ => ValueTask.FromResult(new ImeCredentials("user", "pass")), new Uri(peer.Address, "/auth"), new AuthenticationOptions(), http, options.UserAgent, new RecordingLogger(), TimeProvider.System, ClientMeter.Of(null));
        MarketConnector connector = new(peer.Address, options, null, http, new RecordingLogger(), TimeProvider.System, ClientMeter.Of(null));

        AccessToken token = await source.GetAsync(Ct);
        await using MarketConnection first = await connector.OpenAsync(ContractSet.ByName("a"), token, Ct);
        await using MarketConnection second = await connector.OpenAsync(ContractSet.ById("1"), token, Ct);

        peer.Accepted.Should().Be(2, "the first handshake reuses the connection of the login");
        using HttpMessageInvoker other = new(TransportHandler.Create(options));
        ConnectionOptions disguised = new() { UserAgent = "Other/1.0" };
        HandshakeException refusal = await MarketConnectorTests.FailureOf(new MarketConnector(peer.Address, disguised, null, other, new RecordingLogger(), TimeProvider.System, ClientMeter.Of(null)).OpenAsync(ContractSet.ByName("a"), token, Ct));
        refusal.Status.Should().Be(HttpStatusCode.Forbidden, "this server distinguishes clients by their headers");
    }

    [Fact]
    public async Task Cookies_are_not_kept()
    {
        List<RawRequest> requests = [];
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            while (await session.ReadRequestAsync() is { } request)
            {
                requests.Add(request);
                await session.AnswerAsync(403, "", "Set-Cookie: session=1; Path=/");
            }
        });
        using HttpMessageInvoker http = new(TransportHandler.Create(new ConnectionOptions()));
        MarketConnector connector = new(peer.Address, new ConnectionOptions(), null, http, new RecordingLogger(), TimeProvider.System, ClientMeter.Of(null));

        for (int i = 0; i < 2; i++)
        {
            await MarketConnectorTests.FailureOf(connector.OpenAsync(ContractSet.ByName("a"), new AccessToken("t", null), Ct));
        }

        requests.Should().HaveCount(2);
        requests[1].Header("Cookie").Should().BeNull();
    }

    [Fact]
    public async Task Idle_connection_of_a_login_is_closed_soon()
    {
        using SemaphoreSlim gone = new(0);
        await using LoginPeer peer = new(async (_, session) =>
        {
            await session.AnswerAsync(200, LoginPeer.Grant("t"));
            await session.WaitForEndAsync();
            gone.Release();
        });
        using TokenSource source = peer.Source();

        await source.GetAsync(Ct);

        await gone.WaitAsync(Ct); // The handler closes the connection. The test does not.
    }

    [Fact]
    public async Task Messages_stream_over_tls_with_a_certificate_that_the_application_accepts()
    {
        using X509Certificate2 certificate = LoopbackCertificate();
        await using RawPeer peer = RawPeer.Start(
            async session =>
            {
                await session.AcceptWebSocketAsync();
                await session.SendTextAsync(((SslStream)session.Stream).SslProtocol.ToString());
                await session.HoldAsync();
            },
            certificate);
        X509Certificate? shown = null;
        ConnectionOptions options = new()
        {
            SslProtocols = SslProtocols.Tls12,
            ServerCertificateValidation = (_, presented, _, errors) =>
            {
                shown = presented;
                return errors == SslPolicyErrors.RemoteCertificateChainErrors;
            },
        };

        await using MarketConnection connection = await Open.Async(peer, ContractSet.ByName("a"), Ct, options);

        (await MarketConnectionTests.TextAsync(connection)).Should().Be("Tls12");
        shown!.GetCertHashString().Should().Be(certificate.GetCertHashString());
    }

    [Fact]
    public async Task Untrusted_certificate_is_a_failure_without_a_status()
    {
        using X509Certificate2 certificate = LoopbackCertificate();
        await using RawPeer peer = RawPeer.Start(static session => session.AcceptWebSocketAsync(), certificate);

        HandshakeException failure = await MarketConnectorTests.FailureOf(Open.Async(peer, ContractSet.ByName("a"), Ct));

        failure.Status.Should().BeNull();
        failure.InnerException!.GetBaseException().Should().BeOfType<AuthenticationException>();
    }

    [Fact]
    public async Task Login_and_handshake_go_through_the_proxy()
    {
        await using RawPeer target = RawPeer.Start(async session =>
        {
            while (await session.ReadRequestAsync() is { } request)
            {
                if (request.Line.StartsWith("POST", StringComparison.Ordinal))
                {
                    await session.AnswerAsync(200, LoginPeer.Grant("t"));
                }
                else
                {
                    await session.AcceptWebSocketAsync(request);
                    await session.SendTextAsync("through");
                    await session.HoldAsync();
                }
            }
        });
        List<string> lines = [];
        await using RawPeer proxy = RawPeer.Start(session => RelayAsync(session, target, lines));
        ConnectionOptions options = new() { Proxy = new WebProxy(proxy.Address) };
        using HttpMessageInvoker http = new(TransportHandler.Create(options));
        Uri unreachable = new("http://core.example.invalid"); // only the proxy can resolve this host
        using TokenSource source = TokenSource.FromCredentials(
            static _ => ValueTask.FromResult(new ImeCredentials("user", "pass")), new Uri(unreachable, "/auth"), new AuthenticationOptions(), http, "Trader/1.0", new RecordingLogger(), TimeProvider.System, ClientMeter.Of(null));

        AccessToken token = await source.GetAsync(Ct);
        await using MarketConnection connection = await new MarketConnector(unreachable, options, null, http, new RecordingLogger(), TimeProvider.System, ClientMeter.Of(null)).OpenAsync(ContractSet.ByName("a"), token, Ct);

        (await MarketConnectionTests.TextAsync(connection)).Should().Be("through");
        lines.Should().Equal("POST http://core.example.invalid/auth HTTP/1.1", "CONNECT core.example.invalid:80 HTTP/1.1");
    }

    [Theory]
    [InlineData(403)]
    [InlineData(407)]
    [InlineData(502)]
    public async Task Refusal_by_the_proxy_is_not_reported_as_a_refusal_by_the_service(int status)
    {
        await using RawPeer proxy = RawPeer.Start(async session =>
        {
            await session.ReadRequestAsync();
            await session.AnswerAsync(status, "", "Retry-After: 5");
        });

        HandshakeException failure = await MarketConnectorTests.FailureOf(
            Open.Async(proxy, ContractSet.ByName("a"), Ct, new ConnectionOptions { Proxy = new WebProxy($"http://desk:hidden@{proxy.EndPoint}") }, new Uri("http://core.example.invalid")));

        failure.ToString().Should().NotContain("hidden");
        failure.Status.Should().BeNull();
        failure.Message.Should().Contain("proxy");
    }

    [Fact]
    public async Task Credentials_in_the_address_of_the_proxy_are_used()
    {
        RawRequest? request = null;
        await using RawPeer proxy = RawPeer.Start(async session =>
        {
            await session.ReadRequestAsync();
            await session.AnswerAsync(407, "", "Proxy-Authenticate: Basic realm=\"desk\"");
            request = await session.ReadRequestAsync();
            await session.AnswerAsync(502);
        });

        await MarketConnectorTests.FailureOf(
            Open.Async(proxy, ContractSet.ByName("a"), Ct, new ConnectionOptions { Proxy = new WebProxy($"http://desk:p%40ss@{proxy.EndPoint}") }, new Uri("http://core.example.invalid")));

        request!.Header("Proxy-Authorization").Should().Be("Basic " + Convert.ToBase64String("desk:p@ss"u8));
    }

    [Fact]
    public async Task Cancelled_handshake_leaves_no_socket_at_the_proxy()
    {
        using CancellationTokenSource impatient = new();
        using SemaphoreSlim arrived = new(0);
        using SemaphoreSlim gone = new(0);
        await using RawPeer proxy = RawPeer.Start(async session =>
        {
            await session.ReadRequestAsync();
            arrived.Release();
            await session.WaitForEndAsync();
            gone.Release();
        });
        ConnectionOptions options = new() { ConnectTimeout = TimeSpan.FromHours(1), Proxy = new WebProxy(proxy.Address) };

        Task<MarketConnection> opening = Open.Async(proxy, ContractSet.ByName("a"), impatient.Token, options, new Uri("http://core.example.invalid"));
        await arrived.WaitAsync(Ct);
        await impatient.CancelAsync();

        await ((Func<Task>)(() => opening)).Should().ThrowAsync<OperationCanceledException>();
        await gone.WaitAsync(Ct);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Only_the_requested_address_family_is_used(AddressFamily family)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        bool isV6 = family == AddressFamily.InterNetworkV6;
        await using RawPeer peer = RawPeer.Start(static session => session.AcceptWebSocketAsync(), address: isV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback);
        Uri right = new($"http://{peer.EndPoint}");

        await using MarketConnection connection = await Open.Async(peer, ContractSet.ByName("a"), Ct, new ConnectionOptions { AddressFamily = family }, right);
        HandshakeException failure = await MarketConnectorTests.FailureOf(
            Open.Async(peer, ContractSet.ByName("a"), Ct, new ConnectionOptions { AddressFamily = isV6 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6 }, right));

        failure.Status.Should().BeNull();
        peer.Accepted.Should().Be(1);
    }

    [Fact]
    public async Task Host_with_several_addresses_is_reached_at_the_address_that_answers()
    {
        await using RawPeer peer = RawPeer.Start(static session => session.AcceptWebSocketAsync()); // IPv4 only

        await using MarketConnection connection = await Open.Async(peer, ContractSet.ByName("a"), Ct, baseAddress: new Uri($"http://localhost:{peer.EndPoint.Port}"));

        peer.Accepted.Should().Be(1);
    }

    private static async Task RelayAsync(RawSession client, RawPeer target, List<string> lines)
    {
        RawRequest request = (await client.ReadRequestAsync())!;
        lines.Add(request.Line);
        using TcpClient server = new();
        await server.ConnectAsync(target.EndPoint, client.Stopped);
        if (request.Line.StartsWith("CONNECT", StringComparison.Ordinal))
        {
            await client.SendAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
        }
        else
        {
            string head = $"{request.Line.Replace("http://core.example.invalid", "", StringComparison.Ordinal)}\r\n{string.Concat(request.Headers.Select(static header => $"{header.Key}: {header.Value}\r\n"))}\r\n{request.Body}";
            await server.GetStream().WriteAsync(System.Text.Encoding.UTF8.GetBytes(head), client.Stopped);
        }

        await Task.WhenAny(client.Stream.CopyToAsync(server.GetStream(), client.Stopped), server.GetStream().CopyToAsync(client.Stream, client.Stopped));
    }

    internal static X509Certificate2 LoopbackCertificate()
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=loopback", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null); // has a key that SslStream can use on every platform
    }
}
