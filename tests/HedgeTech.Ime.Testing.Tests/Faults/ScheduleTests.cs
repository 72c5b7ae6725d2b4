using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Testing.Tests.Faults;

public sealed class ScheduleTests
{
    private const string Target = RawClient.NamePath + "?contract_names=SAFAB03";

    [Theory]
    [InlineData(SimulatorFaultKind.Drop)]
    [InlineData(SimulatorFaultKind.End)]
    [InlineData(SimulatorFaultKind.Close)]
    public async Task A_fault_ends_the_given_number_of_connections_after_exactly_the_given_number_of_messages(SimulatorFaultKind kind)
    {
        ImeSimulatorOptions options = new() { Rate = double.PositiveInfinity, Faults = { new SimulatorFault(kind) { AfterMessages = 50, Times = 3 } } };
        await using ImeSimulator simulator = await RawClient.StartAsync(options);

        for (int life = 0; life < 3; life++)
        {
            await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
            SimulatorConnection connection = simulator.Connections[^1];
            int received = await CountToEndAsync(client);
            await connection.Ended.WaitAsync(RawClient.Soon);
            connection.MessagesSent.Should().Be(50);
            if (kind == SimulatorFaultKind.Drop)
            {
                received.Should().BeLessThanOrEqualTo(50, "a reset may discard messages that the client has not read");
            }
            else
            {
                received.Should().Be(50);
            }

            ((int?)client.Socket.CloseStatus).Should().Be(kind == SimulatorFaultKind.Close ? 1011 : null);
        }

        await using RawClient last = await RawClient.ByNameAsync(simulator, "SAFAB03");
        for (int i = 0; i < 200; i++)
        {
            (await last.TextAsync()).Should().StartWith("{");
        }
    }

    [Fact]
    public async Task A_connection_stalls_after_exactly_the_given_number_of_messages()
    {
        ImeSimulatorOptions options = new() { Rate = 0, Faults = { new SimulatorFault(SimulatorFaultKind.Stall) { AfterMessages = 2 } } };
        await using ImeSimulator simulator = await RawClient.StartAsync(options);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);

        for (int i = 0; i < 5; i++)
        {
            await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        }

        await simulator.SendTextAsync("end", RawClient.Soon);
        (await client.TextAsync()).Should().Contain("\"trade_count\":1,");
        (await client.TextAsync()).Should().Contain("\"trade_count\":2,");
        (await client.TextAsync()).Should().Be("end");
        simulator.Connections.Should().ContainSingle();
    }

    [Fact]
    public async Task Faults_by_time_happen_at_the_simulated_time_and_the_given_number_of_times()
    {
        FakeTimeProvider time = new();
        ImeSimulatorOptions options = new()
        {
            Rate = 0,
            Faults =
            {
                new SimulatorFault(SimulatorFaultKind.Close) { After = TimeSpan.FromMinutes(1), Times = 2, CloseStatus = 1012, CloseReason = "service restart" },
                new SimulatorFault(SimulatorFaultKind.RevokeTokens) { After = TimeSpan.FromMinutes(4) },
            },
        };
        await using ImeSimulator simulator = await RawClient.StartAsync(options, time);
        string token = simulator.IssueToken();
        for (int i = 0; i < 2; i++)
        {
            await using RawClient client = await RawClient.ConnectAsync(simulator, Target, token);
            time.Advance(TimeSpan.FromSeconds(59));
            simulator.Connections.Should().NotBeEmpty();
            time.Advance(TimeSpan.FromSeconds(1));
            (await client.ReceiveAsync()).Type.Should().Be(WebSocketMessageType.Close);
            ((int)client.Socket.CloseStatus!).Should().Be(1012);
            await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, RawClient.Soon);
            await simulator.WhenAsync(s => s.Connections.Count == 0, RawClient.Soon);
        }

        await using RawClient survivor = await RawClient.ConnectAsync(simulator, Target, token);
        time.Advance(TimeSpan.FromMinutes(2));
        await RawClient.RefusedAsync(simulator, Target, token);
        await simulator.SendTextAsync("still here", RawClient.Soon);
        (await survivor.TextAsync()).Should().Be("still here");
    }

    [Fact]
    public async Task A_restart_after_a_number_of_messages_keeps_the_port()
    {
        ImeSimulatorOptions options = new() { Rate = 0, Faults = { new SimulatorFault(SimulatorFaultKind.Restart) { AfterMessages = 1 } } };
        await using ImeSimulator simulator = await RawClient.StartAsync(options);
        Uri address = simulator.BaseAddress;
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        SimulatorConnection connection = simulator.Connections.Single();

        await connection.SendTextAsync("last words", RawClient.Soon);
        await connection.Ended.WaitAsync(RawClient.Soon);
        await simulator.StartAgainAsync(RawClient.Soon);

        simulator.BaseAddress.Should().Be(address);
        await using RawClient after = await RawClient.ByNameAsync(simulator, "SAFAB03");
    }

    [Fact]
    public async Task A_fault_without_a_trigger_or_with_two_triggers_is_refused_at_the_start()
    {
        SimulatorFault[] wrong =
        [
            new(SimulatorFaultKind.Drop),
            new(SimulatorFaultKind.Drop) { After = TimeSpan.FromSeconds(1), AfterMessages = 1 },
            new(SimulatorFaultKind.Drop) { AfterMessages = 0 },
            new(SimulatorFaultKind.Drop) { After = TimeSpan.Zero },
            new(SimulatorFaultKind.Drop) { AfterMessages = 1, Times = 0 },
        ];
        foreach (SimulatorFault fault in wrong)
        {
            Func<Task> starting = () => RawClient.StartAsync(new ImeSimulatorOptions { Faults = { fault } });
            await starting.Should().ThrowAsync<ArgumentException>(fault.ToString());
        }
    }

    private static async Task<int> CountToEndAsync(RawClient client)
    {
        int received = 0;
        try
        {
            long last = 0;
            while (await client.ReceiveAsync() is { Type: WebSocketMessageType.Text } message)
            {
                received++;
                using JsonDocument json = JsonDocument.Parse(message.Payload);
                long trade = json.RootElement.GetProperty("data").GetProperty("Aggregate").GetProperty("trade_count").GetInt64();
                (last == 0 || trade == last + 1).Should().BeTrue();
                last = trade;
            }

            await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, RawClient.Soon);
        }
        catch (WebSocketException)
        {
            // The connection ended without a close frame.
        }

        return received;
    }
}
