using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace HedgeTech.Ime.Testing.Tests.Server;

public sealed class TlsTests
{
    [Fact]
    public async Task With_a_certificate_login_and_stream_use_TLS()
    {
        using X509Certificate2 certificate = SimulatorCertificate.Create();
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Certificate = certificate, Rate = 100 });
        simulator.BaseAddress.Scheme.Should().Be("https");
        using SocketsHttpHandler handler = new();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString();
        using HttpClient http = new(handler);
        using FormUrlEncodedContent form = new([KeyValuePair.Create("username", simulator.Username), KeyValuePair.Create("password", simulator.Password)]);
        using HttpResponseMessage response = await http.PostAsync(new Uri(simulator.BaseAddress, RawClient.TokenPath), form, RawClient.Soon);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        string token = await RawClient.TokenAsync(response);

        await using RawClient client = await RawClient.ConnectAsync(simulator, RawClient.NamePath + "?contract_names=SAFAB03", token, invoker: http);

        (await client.TextAsync()).Should().Contain("SAFAB03");
        simulator.Handshakes.Single().Url.Should().StartWith("wss://");
    }

    [Fact]
    public async Task Clients_do_not_trust_the_certificate_by_default()
    {
        using X509Certificate2 certificate = SimulatorCertificate.Create();
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Certificate = certificate });
        using HttpClient http = new();
        Func<Task> asking = () => http.GetAsync(simulator.BaseAddress, RawClient.Soon);
        await asking.Should().ThrowAsync<HttpRequestException>();
    }
}
