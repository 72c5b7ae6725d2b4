using System.Net;
using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Testing;
using HedgeTech.Ime.Tests.Connection;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

/// <summary>Tests faults between the login and the stream, in the addresses, in proxies, and in the service.</summary>
public sealed class HandshakeFaultTests
{
    private static readonly ContractSet Contract = ContractSet.ByName("SAFAB03");

    [Fact]
    public async Task A_login_over_IPv6_with_a_handshake_over_IPv4_is_named_with_the_option_that_helps()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20 });

        // The simulator sees the address of the relay instead of the address of the client. The relay ends after it has forwarded the login.
        await using Relay relay = new(simulator.BaseAddress, IPAddress.IPv6Loopback, simulator.BaseAddress.Port) { From = IPAddress.Parse("127.0.0.2"), EndsAfterLogin = true };

        Examined examined = await Examined.OfAsync(
            simulator,
            Contract,
            options => options.BaseAddress = new UriBuilder(simulator.BaseAddress) { Host = "localhost" }.Uri,
            static settings => settings with { Resolve = static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, IPAddress.Loopback]) });

        Fault(examined, FaultClass.Address, 16, "The login used IPv6, the handshake IPv4", "Set Connection.AddressFamily to InterNetwork (IPv4 only).");
        examined[DoctorStep.Stream].State.Should().Be(StepState.Passed, "the stream works after a second login over IPv4");
        examined.Report.Logins.Should().Be(2);
    }

    [Fact]
    public async Task A_proxy_that_strips_Upgrade_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        await using Relay relay = new(simulator.BaseAddress)
        {
            Passes = static header => !header.Equals("Upgrade", StringComparison.OrdinalIgnoreCase) && !header.Equals("Connection", StringComparison.OrdinalIgnoreCase),
            Alter = static head => head.Replace("\r\nDate: ", "\r\nVia: 1.1 squid\r\nDate: ", StringComparison.Ordinal),
        };

        foreach (ContractSet? contracts in (ContractSet?[])[Contract, null])
        {
            Examined examined = await Examined.OfAsync(simulator, contracts, options => options.BaseAddress = relay.Address);

            Fault(examined, FaultClass.Proxy, 17, "like a plain GET, so the header Upgrade does not reach the service: a proxy or filter on the way (it calls itself 1.1 squid) removes it", "Have it allow WebSockets");
        }
    }

    [Fact]
    public async Task A_filter_that_answers_WebSockets_with_a_web_page_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        await using Relay relay = new(simulator.BaseAddress)
        {
            Answer = static request => request.Header("Upgrade") is null ? null : "HTTP/1.1 403 Forbidden\r\nServer: FilterBox\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
        };

        foreach (ContractSet? contracts in (ContractSet?[])[Contract, null])
        {
            Examined examined = await Examined.OfAsync(simulator, contracts, options => options.BaseAddress = relay.Address);

            Fault(examined, FaultClass.Proxy, 17, "is a web page (it calls itself FilterBox), which the service never sends", "bypass it");
        }
    }

    [Fact]
    public async Task A_firewall_that_cuts_WebSockets_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        await using Relay relay = new(simulator.BaseAddress) { Answer = static request => request.Header("Upgrade") is null ? null : "" };

        Examined examined = await Examined.OfAsync(simulator, Contract, options => options.BaseAddress = relay.Address);

        Fault(examined, FaultClass.Proxy, 17, "The login and a plain GET are answered, but the handshake is not", "Have it allow WebSockets");
    }

    [Fact]
    public async Task An_answer_that_only_looks_like_a_handshake_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        await using Relay relay = new(simulator.BaseAddress)
        {
            Answer = static request => request.Header("Upgrade") is null ? null : "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm9uc2Vuc2U=\r\n\r\n",
        };

        Examined examined = await Examined.OfAsync(simulator, Contract, options => options.BaseAddress = relay.Address);

        Fault(examined, FaultClass.Proxy, 17, "The answer to the handshake is wrong", "Have it allow WebSockets");
    }

    [Fact]
    public async Task A_service_that_temporarily_opens_no_stream_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        simulator.RefuseHandshakes(HttpStatusCode.ServiceUnavailable, "<html>", TimeSpan.FromSeconds(30));

        Examined examined = await Examined.OfAsync(simulator, Contract);

        Fault(examined, FaultClass.Service, 20, "cannot open a stream now (HTTP 503)", "in 30 s");
    }

    [Fact]
    public async Task A_configured_path_without_a_stream_is_named()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync();
        await using Relay relay = new(simulator.BaseAddress)
        {
            Answer = static request => request.Target.StartsWith("/stream", StringComparison.Ordinal) ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" : null,
        };

        Examined examined = await Examined.OfAsync(simulator, Contract, options => (options.BaseAddress, options.Connection.NamePath) = (relay.Address, "/stream"));

        Fault(examined, FaultClass.Spelling, 15, "There is no stream at /stream (HTTP 404)", "Remove Connection.NamePath and Connection.IdPath");
    }

    [Fact]
    public async Task A_network_that_fails_after_the_login_is_named()
    {
        await using RawPeer peer = RawPeer.Start(static async session =>
        {
            while (await session.ReadRequestAsync() is { } request)
            {
                if (request.Target.Contains("websocket", StringComparison.Ordinal))
                {
                    session.Reset();
                    return;
                }

                await session.AnswerAsync(200, """{"Authorization":"opaque-t0ken-Value"}""");
            }
        });

        Examined examined = await Examined.OfAsync(options => (options.BaseAddress, options.Username, options.Password) = (peer.Address, "some-user", "s3cret-Value"), Contract);

        Fault(examined, FaultClass.Network, 11, "nor was a plain GET after it", "another network");
        examined.Text.Should().NotContain("opaque-t0ken-Value");
    }

    [Fact]
    public async Task A_refused_first_token_before_an_accepted_second_one_is_a_warning()
    {
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Rate = 20 });
        simulator.RefuseHandshakes(HttpStatusCode.Forbidden, count: 1);

        Examined examined = await Examined.OfAsync(simulator, Contract);

        Finding warning = examined[DoctorStep.Handshake].Findings.Should().ContainSingle().Subject;
        warning.Class.Should().Be(FaultClass.Token);
        warning.What.Should().StartWith("The first token was refused");
        examined.Report.ExitCode.Should().Be(0);
    }

    private static void Fault(Examined examined, FaultClass fault, int code, string what, string remedy)
    {
        examined.OnlyFault.Class.Should().Be(fault);
        examined.OnlyFault.What.Should().Contain(what);
        examined.OnlyFault.Remedy.Should().Contain(remedy);
        examined.Report.ExitCode.Should().Be(code);
        examined.First.Step.Should().Be(DoctorStep.Handshake);
    }
}
