namespace HedgeTech.Ime.Testing.Tests;

public sealed class StressTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_simulator_survives_random_commands_and_disconnects(int seed)
    {
        Random random = new(seed);
        ImeSimulatorOptions options = new()
        {
            Seed = seed,
            Rate = double.PositiveInfinity,
            Faults =
            {
                new SimulatorFault(SimulatorFaultKind.FreezePongs) { AfterMessages = 40, Times = 5 },
                new SimulatorFault(SimulatorFaultKind.Drop) { AfterMessages = 300, Times = 5 },
                new SimulatorFault(SimulatorFaultKind.Close) { AfterMessages = 500, Times = 5 },
            },
        };
        await using ImeSimulator simulator = await RawClient.StartAsync(options);
        using CancellationTokenSource over = new();
        Task[] clients = [.. Enumerable.Range(0, 8).Select(number => Task.Run(() => ComeAndGoAsync(simulator, new Random((seed * 100) + number), over.Token), CancellationToken.None))];

        for (int i = 0; i < 100; i++)
        {
            if (simulator.Connections is { Count: > 0 } open)
            {
                await DisturbAsync(open[random.Next(open.Count)], random.Next(9));
            }
            else
            {
                await simulator.WhenAsync(s => s.Connections.Count > 0, RawClient.Soon);
            }

            if (i % 40 == 39)
            {
                await simulator.RestartAsync(RawClient.Soon);
            }
        }

        await over.CancelAsync();
        simulator.Drop();
        await Task.WhenAll(clients).WaitAsync(RawClient.Soon);
        await using RawClient last = await RawClient.ByNameAsync(simulator, "SAFAB03");
        (await last.TextAsync()).Should().Contain("SAFAB03", $"the seed is {seed}");
        foreach (HandshakeRecord handshake in simulator.Handshakes.SkipLast(1))
        {
            await handshake.Connection!.Ended.WaitAsync(RawClient.Soon);
            handshake.Connection.Sent.Sum(range => range.Last - range.First + 1).Should().BeLessThanOrEqualTo(handshake.Connection.MessagesSent, $"the seed is {seed}");
        }
    }

    private static async Task DisturbAsync(SimulatorConnection connection, int command)
    {
        switch (command)
        {
            case 0:
                connection.Drop();
                break;
            case 1:
                _ = connection.EndAsync();
                break;
            case 2:
                _ = connection.CloseAsync(1011, "at random");
                break;
            case 3:
                connection.Stall();
                break;
            case 4:
                connection.Unstall();
                break;
            case 5:
                connection.FreezePongs();
                break;
            case 6:
                connection.UnfreezePongs();
                break;
            default:
                await connection.SendTextAsync("by hand", RawClient.Soon);
                break;
        }
    }

    /// <summary>Reads for a while, disconnects in a random way, and connects again.</summary>
    private static async Task ComeAndGoAsync(ImeSimulator simulator, Random random, CancellationToken over)
    {
        string[] names = ["SAFAB03", "KBAZ03", "ETCDY03", "SILBA00"];
        while (!over.IsCancellationRequested)
        {
            try
            {
                await using RawClient client = await RawClient.ByNameAsync(simulator, names[..random.Next(1, names.Length + 1)]);
                int messages = random.Next(1000);
                for (int i = 0; i < messages && client.Socket.State == System.Net.WebSockets.WebSocketState.Open; i++)
                {
                    await client.ReceiveAsync();
                }

                if (random.Next(2) == 0)
                {
                    await client.Socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, over);
                }
            }
            catch (Exception failure) when (failure is System.Net.WebSockets.WebSocketException or OperationCanceledException)
            {
                // The test disturbs connections deliberately. The client connects again.
            }
        }
    }
}
