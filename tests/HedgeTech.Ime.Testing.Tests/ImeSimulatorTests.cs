using System.Net;
using System.Net.WebSockets;
using System.Text.Json;

namespace HedgeTech.Ime.Testing.Tests;

public sealed class ImeSimulatorTests
{
    [Fact]
    public async Task A_client_that_logs_in_and_subscribes_gets_the_messages_of_the_requested_contracts()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 200 });
        string token = await RawClient.LoginAsync(simulator);

        await using RawClient client = await RawClient.ConnectAsync(simulator, RawClient.NamePath + "?contract_names=SAFAB03&contract_names=ETCDY03", token);
        HashSet<string> seen = [];
        while (seen.Count < 2)
        {
            JsonElement message = await client.JsonAsync();
            message.GetProperty("channel").GetString().Should().Be("IME Stream");
            seen.Add(message.GetProperty("contractName").GetString()!);
        }

        seen.Should().BeEquivalentTo("SAFAB03", "ETCDY03");
        simulator.Logins.Should().ContainSingle().Which.Token.Should().Be(token);
        simulator.Handshakes.Should().ContainSingle().Which.Status.Should().Be(HttpStatusCode.SwitchingProtocols);
        simulator.Connections.Should().ContainSingle().Which.MessagesSent.Should().BePositive();
    }

    [Fact]
    public async Task Publishing_a_contract_without_a_name_or_id_is_refused()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync();

        Func<Task> trade = () => simulator.PublishAsync(default(ContractKey), TestContext.Current.CancellationToken);
        Func<Task> state = () => simulator.PublishAsync(new MarketSnapshot(), TestContext.Current.CancellationToken);

        (await trade.Should().ThrowAsync<ArgumentException>()).Which.Message.Should().StartWith("The contract has no name and no id.");
        (await state.Should().ThrowAsync<ArgumentException>()).Which.Message.Should().StartWith("The contract has no name and no id.");
    }

    [Fact]
    public async Task Simulator_ends_within_a_second_of_disposal_regardless_of_its_clients()
    {
        ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = double.PositiveInfinity });
        await using RawClient deaf = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await using RawClient frozen = await RawClient.ByNameAsync(simulator, "SAFDY03");
        await simulator.WhenSubscribedAsync(2, RawClient.Soon);
        simulator.FreezePongs();

        long before = TimeProvider.System.GetTimestamp();
        await simulator.DisposeAsync().AsTask().WaitAsync(RawClient.Soon);

        // The promise is one second. The test allows more for a busy machine.
        TimeProvider.System.GetElapsedTime(before).Should().BeLessThan(TimeSpan.FromSeconds(3));
        simulator.Connections.Should().BeEmpty();
        await simulator.DisposeAsync();
    }

    [Fact]
    public async Task Simulator_has_the_same_port_after_a_restart()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 100 });
        Uri address = simulator.BaseAddress;
        string token = await RawClient.LoginAsync(simulator);
        await using RawClient before = await RawClient.ConnectAsync(simulator, RawClient.NamePath + "?contract_names=SAFAB03", token);

        await simulator.StopAsync();
        simulator.IsRunning.Should().BeFalse();
        simulator.Connections.Should().BeEmpty();
        using (ClientWebSocket refused = new())
        {
            Func<Task> connecting = () => refused.ConnectAsync(new Uri($"ws://127.0.0.1:{address.Port}{RawClient.NamePath}?contract_names=SAFAB03"), RawClient.Soon);
            await connecting.Should().ThrowAsync<WebSocketException>();
        }

        await simulator.StartAgainAsync(RawClient.Soon);
        simulator.IsRunning.Should().BeTrue();
        simulator.BaseAddress.Should().Be(address);
        await using RawClient after = await RawClient.ConnectAsync(simulator, RawClient.NamePath + "?contract_names=SAFAB03", token);
        (await after.TextAsync()).Should().Contain("SAFAB03");
        await simulator.RestartAsync(RawClient.Soon);
        simulator.BaseAddress.Should().Be(address);
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(2_000_000.0)]
    [InlineData(0.0001)]
    public async Task An_impossible_rate_is_refused_at_the_start(double rate)
    {
        Func<Task> starting = () => RawClient.StartAsync(new ImeSimulatorOptions { Rate = rate });
        await starting.Should().ThrowAsync<ArgumentException>().WithMessage("*ate*");
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_an_IOException_at_the_start()
    {
        await using ImeSimulator first = await RawClient.StartAsync();
        Func<Task> second = () => RawClient.StartAsync(new ImeSimulatorOptions { Port = first.BaseAddress.Port });
        await second.Should().ThrowAsync<IOException>();
    }
}
