using System.Net;
using System.Net.WebSockets;

namespace HedgeTech.Ime.Testing.Tests.Faults;

public sealed class RefusalTests
{
    private const string Target = RawClient.NamePath + "?contract_names=SAFAB03";

    [Fact]
    public async Task Logins_are_refused_the_given_number_of_times_with_the_given_status_body_and_delay()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        simulator.RefuseLogins(HttpStatusCode.ServiceUnavailable, "<html>busy</html>", TimeSpan.FromSeconds(7), count: 2);

        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage refused = await RawClient.PostAsync(simulator, ("username", "demo"), ("password", simulator.Password));
            refused.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(7));
            refused.Content.Headers.ContentType!.MediaType.Should().Be("text/html");
            (await refused.Content.ReadAsStringAsync(RawClient.Soon)).Should().Be("<html>busy</html>");
        }

        (await RawClient.LoginAsync(simulator)).Should().NotBeEmpty();
        simulator.Logins.Select(login => (int)login.Status).Should().Equal(503, 503, 200);
    }

    [Fact]
    public async Task Logins_are_refused_until_the_refusal_is_cleared()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        simulator.RefuseLogins(HttpStatusCode.Forbidden);

        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage refused = await RawClient.PostAsync(simulator, ("username", "demo"), ("password", simulator.Password));
            refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
            (await refused.Content.ReadAsStringAsync(RawClient.Soon)).Should().Be("""{"detail":"Refused by command"}""");
        }

        simulator.ClearRefusals();
        (await RawClient.LoginAsync(simulator)).Should().NotBeEmpty();
    }

    [Fact]
    public async Task Handshakes_are_refused_the_given_number_of_times_with_the_given_status_body_and_delay()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        simulator.RefuseHandshakes(HttpStatusCode.BadGateway, "<html>bad gateway</html>", TimeSpan.FromSeconds(3), count: 1);

        using (HttpResponseMessage refused = await RawClient.HandshakeAsync(simulator, Target, simulator.IssueToken()))
        {
            refused.StatusCode.Should().Be(HttpStatusCode.BadGateway);
            refused.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(3));
            (await refused.Content.ReadAsStringAsync(RawClient.Soon)).Should().Be("<html>bad gateway</html>");
        }

        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        simulator.Handshakes.Select(handshake => (int)handshake.Status).Should().Equal(502, 101);
        simulator.Handshakes[0].Refusal.Should().Be("by command");
        simulator.Handshakes[0].Connection.Should().BeNull();
    }

    [Fact]
    public async Task CloseAfterAccept_closes_the_given_number_of_connections_before_any_message()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = double.PositiveInfinity });
        simulator.CloseAfterAccept(1008, "Invalid token", count: 2);

        for (int i = 0; i < 2; i++)
        {
            await using RawClient refused = await RawClient.ByNameAsync(simulator, "SAFAB03");
            (await refused.ReceiveAsync()).Type.Should().Be(WebSocketMessageType.Close);
            refused.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.PolicyViolation);
            refused.Socket.CloseStatusDescription.Should().Be("Invalid token");
        }

        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        (await client.TextAsync()).Should().StartWith("{");
        simulator.Handshakes.Should().HaveCount(3).And.OnlyContain(handshake => handshake.Status == HttpStatusCode.SwitchingProtocols);
        simulator.Handshakes.Take(2).Should().OnlyContain(handshake => handshake.Connection!.MessagesSent == 0);
    }

    [Fact]
    public async Task Revoked_tokens_open_no_connection_and_open_connections_stay()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0 });
        string token = await RawClient.LoginAsync(simulator);
        await using RawClient client = await RawClient.ConnectAsync(simulator, Target, token);
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);

        simulator.RevokeTokens();

        (await RawClient.RefusedAsync(simulator, Target, token)).Should().Be(HttpStatusCode.Forbidden);
        await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        (await client.TextAsync()).Should().Contain("SAFAB03");
        await using RawClient again = await RawClient.ConnectAsync(simulator, Target, await RawClient.LoginAsync(simulator));
    }

    [Fact]
    public async Task A_count_below_one_is_refused_at_the_call()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        Action refusing = () => simulator.RefuseLogins(HttpStatusCode.Forbidden, count: 0);
        refusing.Should().Throw<ArgumentOutOfRangeException>();
    }
}
