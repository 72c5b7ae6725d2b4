using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Testing.Tests.Handshake;

public sealed class HandshakeTests
{
    private const string Target = RawClient.NamePath + "?contract_names=SAFAB03";

    [Fact]
    public async Task A_bad_token_or_contract_is_refused_with_an_empty_403()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        (string Target, string Token)[] bad = [(Target, "nonsense"), (RawClient.NamePath + "?contract_names=SAFAB03&contract_names=NOSUCH", simulator.IssueToken())];
        foreach ((string target, string token) in bad)
        {
            using HttpResponseMessage refused = await RawClient.HandshakeAsync(simulator, target, token);
            refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
            (await refused.Content.ReadAsByteArrayAsync(RawClient.Soon)).Should().BeEmpty();
        }

        simulator.Handshakes.Select(handshake => handshake.Refusal).Should().Equal("Invalid token", "Invalid contract");
        simulator.Connections.Should().BeEmpty();
    }

    [Fact]
    public async Task A_bad_token_or_contract_is_refused_after_the_handshake_with_1008_if_the_options_say_so()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { RefuseAfterAccept = true, Rate = double.PositiveInfinity });
        (string Target, string Token, string Reason)[] bad =
        [
            (Target, "nonsense", "Invalid token"),
            (RawClient.IdPath + "?contract_id=0", simulator.IssueToken(), "Invalid contract"),
        ];
        foreach ((string target, string token, string reason) in bad)
        {
            await using RawClient client = await RawClient.ConnectAsync(simulator, target, token);
            (await client.ReceiveAsync()).Type.Should().Be(WebSocketMessageType.Close);
            client.Socket.CloseStatus.Should().Be(WebSocketCloseStatus.PolicyViolation);
            client.Socket.CloseStatusDescription.Should().Be(reason);
            simulator.Handshakes[^1].Refusal.Should().Be(reason);
        }
    }

    [Fact]
    public async Task A_missing_query_or_header_and_an_unknown_path_are_refused_with_403()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        string token = simulator.IssueToken();
        (await RawClient.RefusedAsync(simulator, RawClient.NamePath, token)).Should().Be(HttpStatusCode.Forbidden);
        (await RawClient.RefusedAsync(simulator, RawClient.NamePath + "?contract_id=276", token)).Should().Be(HttpStatusCode.Forbidden);
        (await RawClient.RefusedAsync(simulator, Target, null)).Should().Be(HttpStatusCode.Forbidden);
        (await RawClient.RefusedAsync(simulator, "/no/such/path?contract_names=SAFAB03", token)).Should().Be(HttpStatusCode.Forbidden);
        (await RawClient.RefusedAsync(simulator, RawClient.TokenPath + "?contract_names=SAFAB03", token)).Should().Be(HttpStatusCode.Forbidden);
        simulator.Handshakes.Should().HaveCount(5).And.OnlyContain(handshake => handshake.Refusal != null);
    }

    [Fact]
    public async Task A_plain_GET_of_a_stream_is_answered_with_404()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        using HttpClient http = new();
        using HttpResponseMessage response = await http.GetAsync(new Uri(simulator.BaseAddress, Target), RawClient.Soon);
        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Names_arrive_unchanged_and_are_in_the_messages()
    {
        string[] names =
        [
            "گواهی سپرده پیوسته شمش طلای +995", "a&b", "100%", "C#", "a/b", "two  spaces", "a=b?c;d", "می\u200cخواهم", "🌾", "ي ك", "ی ک", "\"quoted\" \\ back",
        ];
        foreach (JsonDialect dialect in Enum.GetValues<JsonDialect>())
        {
            ImeSimulatorOptions options = new() { AcceptAnyContract = true, Rate = 100, Spelling = new SimulatorSpelling { Dialect = dialect } };
            await using ImeSimulator simulator = await RawClient.StartAsync(options);
            await using RawClient client = await RawClient.ByNameAsync(simulator, names);

            simulator.Handshakes.Single().Contracts.Should().Equal(names.Select(ContractKey.Name));
            HashSet<string> seen = [];
            while (seen.Count < names.Length)
            {
                seen.Add((await client.JsonAsync()).GetProperty("contractName").GetString()!);
            }

            seen.Should().BeEquivalentTo(names);
        }
    }

    [Fact]
    public async Task A_plus_sign_that_is_not_escaped_is_a_space()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { AcceptAnyContract = true });
        await using RawClient client = await RawClient.ConnectAsync(simulator, RawClient.NamePath + "?contract_names=a+b%2Bc&other=x&contract_names=%zz", simulator.IssueToken());
        simulator.Handshakes.Single().Contracts.Select(contract => contract.Value).Should().Equal("a b+c", "%zz");
    }

    [Fact]
    public async Task Contracts_are_streamed_by_id_by_code_and_by_name()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0 });
        SimulatorContract contract = simulator.Contracts.First(c => c.Code == "SAFAB03");
        await using RawClient byId = await RawClient.ByIdAsync(simulator, contract.Id!);
        await using RawClient byName = await RawClient.ByNameAsync(simulator, contract.Code, contract.Name!, contract.Code);
        await simulator.WhenSubscribedAsync(2, RawClient.Soon);

        (await simulator.PublishAsync(contract.Name!, RawClient.Soon)).Should().Be(1);

        JsonElement first = await byId.JsonAsync();
        first.GetProperty("ContractId").GetString().Should().Be("276");
        first.TryGetProperty("contractName", out _).Should().BeFalse();
        JsonElement[] others = [await byName.JsonAsync(), await byName.JsonAsync()];
        others.Select(message => message.GetProperty("contractName").GetString()).Should().Equal(contract.Code, contract.Name);
        others.Select(message => message.GetProperty("data").GetRawText()).Should().OnlyContain(data => data == first.GetProperty("data").GetRawText());
        simulator.Connections[1].Contracts.Should().HaveCount(2, "a contract that is requested twice is subscribed once");
    }

    [Fact]
    public async Task A_request_line_over_the_limit_is_answered_with_400_and_one_at_the_limit_is_accepted()
    {
        int length = $"GET {Target} HTTP/1.1".Length;
        foreach (int limit in (int[])[length - 1, length])
        {
            await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { MaxRequestLineBytes = limit });
            using HttpResponseMessage response = await RawClient.HandshakeAsync(simulator, Target, simulator.IssueToken());
            response.StatusCode.Should().Be(limit < length ? HttpStatusCode.BadRequest : HttpStatusCode.SwitchingProtocols);
            simulator.Handshakes.Single().Status.Should().Be(response.StatusCode);
        }
    }

    [Fact]
    public async Task Without_a_limit_a_request_line_of_a_megabyte_is_accepted()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { AcceptAnyContract = true, Rate = 0 });
        await using RawClient client = await RawClient.ByNameAsync(simulator, [.. Enumerable.Range(0, 20_000).Select(i => $"a contract with a long name, number {i}")]);
        simulator.Connections.Single().Contracts.Should().HaveCount(20_000);
    }

    [Fact]
    public async Task A_connection_beyond_the_limit_is_refused_until_another_one_ends()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { MaxConnections = 2 });
        await using RawClient first = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await using RawClient second = await RawClient.ByNameAsync(simulator, "SAFAB03");
        (await RawClient.RefusedAsync(simulator, Target, simulator.IssueToken())).Should().Be(HttpStatusCode.Forbidden);

        simulator.Connections[0].Drop();
        await simulator.WhenAsync(s => s.Connections.Count == 1, RawClient.Soon);

        await using RawClient third = await RawClient.ByNameAsync(simulator, "SAFAB03");
    }

    [Fact]
    public async Task A_connection_is_subscribed_some_time_after_its_accept_and_misses_earlier_messages()
    {
        FakeTimeProvider time = new();
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0, SubscribeDelay = TimeSpan.FromMilliseconds(50) }, time);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await simulator.WhenAsync(s => s.Connections.Count == 1, RawClient.Soon);

        simulator.Connections.Single().IsSubscribed.Should().BeFalse();
        await simulator.PublishAsync("SAFAB03", RawClient.Soon);

        // The delay starts shortly after the simulator records the handshake, so the test advances the clock until the delay has ended.
        Task subscribed = simulator.WhenSubscribedAsync(1, RawClient.Soon);
        while (!subscribed.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        await subscribed;
        await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        (await client.TextAsync()).Should().Contain("\"trade_count\":2,");
    }

    [Fact]
    public async Task The_state_of_each_contract_is_sent_first_only_if_the_options_say_so()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0, SnapshotOnConnect = true });
        await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03", "SAFDY03");

        JsonElement[] messages = [await client.JsonAsync(), await client.JsonAsync()];

        messages.Select(Messages.TradeCount).Should().Equal(1, 0);
    }
}
