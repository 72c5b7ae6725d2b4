using System.Diagnostics;
using System.Net;
using System.Reflection;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Testing.Tests.Records;

public sealed class RecordTests
{
    [Theory]
    [InlineData("drop")]
    [InlineData("end")]
    [InlineData("close")]
    public async Task A_connection_that_is_ending_no_longer_counts_as_subscribed(string how)
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0 });
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);
        SimulatorConnection ending = simulator.Connections.Single();

        if (how == "drop")
        {
            ending.Drop();
        }

        Task told = how == "end" ? ending.EndAsync() : ending.CloseAsync(1012);

        ending.IsSubscribed.Should().BeFalse("a test that waits for a subscribed connection must get the next one");
        await told.WaitAsync(RawClient.Soon);
    }

    [Fact]
    public async Task A_login_is_recorded_with_its_time_form_and_headers()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2025, 11, 15, 8, 0, 0, TimeSpan.Zero));
        await using ImeSimulator simulator = await RawClient.StartAsync(timeProvider: time);
        using HttpClient http = new();
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "Tests/1.0");
        using FormUrlEncodedContent form = new([KeyValuePair.Create("username", "demo"), KeyValuePair.Create("password", "pass & wörd +")]);
        using HttpResponseMessage response = await http.PostAsync(new Uri(simulator.BaseAddress, RawClient.TokenPath + "?x=1"), form, RawClient.Soon);

        LoginRecord login = simulator.Logins.Single();
        login.At.Should().Be(time.GetUtcNow());
        login.RequestLine.Should().Be("POST /auth/user/token/issue?x=1");
        login.Username.Should().Be("demo");
        login.Form.Should().BeEquivalentTo(new Dictionary<string, string> { ["username"] = "demo", ["password"] = "pass & wörd +" });
        login.Headers["user-agent"].Should().Be("Tests/1.0");
        login.Status.Should().Be(HttpStatusCode.Unauthorized);
        login.RemoteEndPoint!.Address.Should().Be(IPAddress.Loopback);
    }

    [Fact]
    public async Task With_MaxRecords_only_the_newest_records_are_kept()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0, MaxRecords = 2 });
        string[] tokens = [await RawClient.LoginAsync(simulator), await RawClient.LoginAsync(simulator), await RawClient.LoginAsync(simulator)];
        foreach (string name in (string[])["SAFAB03", "ETCDY03", "GB30AB03"])
        {
            await using RawClient client = await RawClient.ConnectAsync(simulator, $"{RawClient.NamePath}?contract_names={name}", tokens[^1]);
        }

        simulator.Logins.Select(static login => login.Token).Should().Equal(tokens[1..]);
        simulator.Handshakes.Select(static handshake => handshake.Contracts.Single().Value).Should().Equal("ETCDY03", "GB30AB03");
    }

    [Fact]
    public async Task A_list_of_records_is_copied_once_for_each_change_and_not_for_each_read()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0 });
        await RawClient.LoginAsync(simulator);

        IReadOnlyList<LoginRecord> one = simulator.Logins;
        simulator.Logins.Should().BeSameAs(one);
        await RawClient.LoginAsync(simulator);

        one.Should().HaveCount(1);
        simulator.Logins.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_handshake_is_recorded_with_its_time_target_and_headers()
    {
        FakeTimeProvider time = new(new DateTimeOffset(2025, 11, 15, 8, 0, 0, TimeSpan.Zero));
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { AcceptAnyContract = true }, time);
        string token = simulator.IssueToken();
        string target = RawClient.IdPath + "?contract_id=276&contract_id=%DB%B2+8";
        await using RawClient client = await RawClient.ConnectAsync(simulator, target, token, options => options.SetRequestHeader("X-Test", "yes"));

        HandshakeRecord handshake = simulator.Handshakes.Single();
        handshake.At.Should().Be(time.GetUtcNow());
        handshake.Target.Should().Be(target);
        handshake.Url.Should().Be($"ws://127.0.0.1:{simulator.BaseAddress.Port}{target}");
        handshake.Contracts.Should().Equal(ContractKey.Id("276"), ContractKey.Id("۲ 8"));
        handshake.Headers["x-test"].Should().Be("yes");
        handshake.Headers["authorization"].Should().Be(token);
        handshake.Token.Should().Be(token);
        handshake.Refusal.Should().BeNull();
        handshake.Connection.Should().BeSameAs(simulator.Connections.Single());
        handshake.Connection!.Handshake.Should().BeSameAs(handshake);
        handshake.Connection.Number.Should().Be(1);
    }

    [Fact]
    public async Task No_text_and_no_debugger_view_of_a_record_shows_a_secret()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();
        string token = await RawClient.LoginAsync(simulator);
        await using RawClient client = await RawClient.ConnectAsync(simulator, RawClient.NamePath + "?contract_names=SAFAB03", token);

        object[] all = [simulator, simulator.Logins.Single(), simulator.Handshakes.Single(), simulator.Connections.Single()];
        foreach (object one in all)
        {
            one.ToString().Should().NotContain(token).And.NotContain(simulator.Password);
        }

        foreach (Type type in (Type[])[typeof(LoginRecord), typeof(HandshakeRecord)])
        {
            type.GetCustomAttribute<DebuggerDisplayAttribute>()!.Value.Should().Be("{ToString(),nq}");
            type.GetProperties().Where(property => property.Name is "Token" or "Headers" or "Form")
                .Should().OnlyContain(property => property.GetCustomAttribute<DebuggerBrowsableAttribute>()!.State == DebuggerBrowsableState.Never);
        }
    }

    [Fact]
    public async Task Sent_messages_are_recorded_as_ranges_of_numbers_and_as_copies()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0, KeepMessages = true });
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03", "SAFDY03");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);
        SimulatorConnection connection = simulator.Connections.Single();

        await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        await simulator.PublishAsync("SAFDY03", RawClient.Soon);
        connection.Stall();
        await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        connection.Unstall();
        await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        await simulator.SendTextAsync("x", RawClient.Soon);

        ContractKey first = ContractKey.Name("SAFAB03");
        connection.Sent.Should().Equal(new SentTrades(first, 1, 2), new SentTrades(first, 4, 4), new SentTrades(ContractKey.Name("SAFDY03"), 1, 1));
        connection.MessagesSent.Should().Be(5);
        connection.Messages.Should().HaveCount(5);
        foreach (ReadOnlyMemory<byte> message in connection.Messages)
        {
            (await client.ReceiveAsync()).Payload.Should().Equal(message.ToArray());
        }
    }

    [Fact]
    public async Task A_wait_for_a_condition_ends_when_it_holds_throws_or_is_cancelled()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0 });
        Task waiting = simulator.WhenAsync(s => s.Logins.Count == 2, RawClient.Soon);
        await RawClient.LoginAsync(simulator);
        waiting.IsCompleted.Should().BeFalse();
        await RawClient.LoginAsync(simulator);
        await waiting;

        Func<Task> failing = () => simulator.WhenAsync(_ => throw new InvalidOperationException("the condition failed"), RawClient.Soon);
        await failing.Should().ThrowAsync<InvalidOperationException>().WithMessage("the condition failed");

        using CancellationTokenSource cancel = new();
        Task cancelled = simulator.WhenAsync(_ => false, cancel.Token);
        await cancel.CancelAsync();
        Func<Task> wait = () => cancelled;
        await wait.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task The_close_and_the_data_frames_of_a_client_are_recorded()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 0 });
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        SimulatorConnection connection = simulator.Connections.Single();
        await client.Socket.SendAsync("no client does this"u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Text, true, RawClient.Soon);
        await simulator.WhenAsync(_ => connection.MessagesReceived == 1, RawClient.Soon);

        await client.Socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.EndpointUnavailable, "bye", RawClient.Soon);

        await connection.Ended.WaitAsync(RawClient.Soon);
        connection.ClientCloseStatus.Should().Be(1001);
        client.Socket.CloseStatus.Should().Be(System.Net.WebSockets.WebSocketCloseStatus.EndpointUnavailable, "the server echoes the status");
    }
}
