using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HedgeTech.Ime.Cli.Doctor;
using HedgeTech.Ime.Cli.Doctor.Report;
using HedgeTech.Ime.Testing;
using HedgeTech.Ime.Tests.Connection;

namespace HedgeTech.Ime.Cli.Tests.Doctor;

/// <summary>Tests faults of TLS, of certificates, and of proxies that tunnel TLS.</summary>
public sealed class TlsFaultTests
{
    private static readonly DateTimeOffset LastYear = TestCertificate.Yesterday.AddYears(-1);

    [Fact]
    public Task A_self_signed_certificate_is_named() =>
        Named(TestCertificate.Create("127.0.0.1"), "is self-signed", "install its certificate");

    [Fact]
    public Task A_certificate_for_another_host_is_reported_with_that_host() =>
        Named(TestCertificate.Create("other.example"), "is for other.example, not for 127.0.0.1", "captive portal");

    [Fact]
    public Task An_expired_certificate_is_reported_with_its_last_day() =>
        Named(TestCertificate.Create("127.0.0.1", null, LastYear, LastYear.AddDays(90)), $"has expired: it was valid until {LastYear.AddDays(90).UtcDateTime:yyyy-MM-dd}", "renew");

    [Fact]
    public Task A_certificate_that_is_not_yet_valid_is_named() =>
        Named(TestCertificate.Create("127.0.0.1", null, TestCertificate.Yesterday.AddDays(3)), "is only valid from", "clock");

    [Fact]
    public Task A_certificate_from_a_known_inspecting_proxy_is_reported_with_its_vendor() =>
        Named(TestCertificate.Create("127.0.0.1", "Zscaler Root CA"), "issued on the way, by Zscaler Root CA (Zscaler)", "TLS inspection");

    [Fact]
    public Task A_certificate_of_an_unknown_authority_is_reported_with_its_issuer() =>
        Named(TestCertificate.Create("127.0.0.1", "Some Company"), "does not trust the issuer of the certificate: Some Company", "inspects TLS");

    [Fact]
    public async Task A_certificate_that_only_seems_expired_is_reported_as_a_fault_of_the_clock()
    {
        using X509Certificate2 certificate = TestCertificate.Create("127.0.0.1", null, LastYear, LastYear.AddDays(90));
        string date = LastYear.AddDays(10).UtcDateTime.ToString("R");
        await using RawPeer peer = RawPeer.Start(
            async session =>
            {
                while (await session.ReadRequestAsync() is not null)
                {
                    await session.AnswerAsync(404, "", $"Date: {date}");
                }
            },
            certificate);

        Examined examined = await Examined.OfAsync(Options(peer.Address), contracts: null);

        examined.First.Findings.Should().ContainSingle().Which.What.Should().StartWith("By this machine's clock");
        examined[DoctorStep.Clock].State.Should().Be(StepState.Failed);
        examined.Report.Logins.Should().Be(0);
    }

    [Fact]
    public async Task Traffic_that_a_trusted_proxy_inspects_is_a_warning()
    {
        using X509Certificate2 certificate = TestCertificate.Create("127.0.0.1", "FortiGate CA", null, TestCertificate.Yesterday.AddDays(6));
        await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Certificate = certificate, Rate = 20 });

        Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03"), static options => options.Connection.ServerCertificateValidation = Trust);

        examined.Report.ExitCode.Should().Be(0, examined.Text);
        examined[DoctorStep.Tls].Findings.Select(static finding => finding.What).Should().SatisfyRespectively(
            static opened => opened.Should().StartWith("The traffic is inspected on the way, by FortiGate CA"),
            static expires => expires.Should().StartWith("The certificate expires in 4 d"),
            static trusted => trusted.Should().Contain("but the settings do"));
    }

    [Fact]
    public async Task A_port_that_does_not_speak_TLS_is_named()
    {
        await using ImeSimulator plain = await Examined.SimulateAsync();

        Examined examined = await Examined.OfAsync(plain, contracts: null, options => options.BaseAddress = new Uri($"https://127.0.0.1:{plain.BaseAddress.Port}"));

        examined.OnlyFault.Class.Should().Be(FaultClass.Tls);
        examined.OnlyFault.What.Should().Contain("TLS fails: the server there does not speak TLS.");
        examined.OnlyFault.Remedy.Should().Contain("another network");
        examined.Report.ExitCode.Should().Be(12);
    }

    [Fact]
    public async Task A_firewall_that_drops_TLS_is_named()
    {
        await using RawPeer peer = RawPeer.Start(static session => session.HoldAsync());

        Examined examined = await Examined.OfAsync(Options(new Uri($"https://{peer.EndPoint}")), contracts: null);

        examined.OnlyFault.Class.Should().Be(FaultClass.Tls);
        examined.OnlyFault.What.Should().Contain("not answered within 5 s");
    }

    [Theory]
    [InlineData(407, "", "requires a user name and a password", "percent-encoded")]
    [InlineData(403, "", "refuses to connect to exchange.invalid", "NO_PROXY=exchange.invalid")]
    [InlineData(403, "/407", "refuses to connect to exchange.invalid", "NO_PROXY=exchange.invalid")] // the address of the proxy, for example its port, may contain the number 407
    public async Task A_proxy_that_refuses_the_tunnel_is_named_and_its_password_never_shown(int status, string proxyPath, string what, string remedy)
    {
        await using RawPeer proxy = RawPeer.Start(async session =>
        {
            while (await session.ReadRequestAsync() is not null)
            {
                await session.AnswerAsync(status, "", "Proxy-Authenticate: Basic realm=\"proxy\"");
            }
        });

        Examined examined = await Examined.OfAsync(
            options =>
            {
                Options(new Uri("https://exchange.invalid"))(options);
                options.Connection.Proxy = new System.Net.WebProxy(new Uri($"http://proxy-user:Pr0xy-s3cret@{proxy.EndPoint}{proxyPath}"));
            },
            contracts: null);

        examined.OnlyFault.Class.Should().Be(FaultClass.Proxy);
        examined.OnlyFault.What.Should().Contain(what);
        examined.OnlyFault.Remedy.Should().Contain(remedy);
        examined.Text.Should().NotContain("Pr0xy-s3cret");
        examined.Report.ExitCode.Should().Be(17);
    }

    private static async Task Named(X509Certificate2 certificate, string what, string remedy)
    {
        using (certificate)
        {
            await using ImeSimulator simulator = await Examined.SimulateAsync(new ImeSimulatorOptions { Certificate = certificate });

            Examined examined = await Examined.OfAsync(simulator, ContractSet.ByName("SAFAB03"));

            examined.OnlyFault.Class.Should().Be(FaultClass.Tls);
            examined.OnlyFault.What.Should().Contain(what);
            examined.OnlyFault.Remedy.Should().Contain(remedy);
            examined.Report.ExitCode.Should().Be(12);
            examined[DoctorStep.Clock].State.Should().Be(StepState.Passed, "the answer of the proxy also shows the time");
            examined.Report.Logins.Should().Be(0, "the client must not send the password to an untrusted server");
            simulator.Logins.Should().BeEmpty();
        }
    }

    private static Action<ImeClientOptions> Options(Uri address) => options =>
        (options.BaseAddress, options.Username, options.Password) = (address, "some-user", "s3cret-Value");

    private static bool Trust(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate is not null;
}
