using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace HedgeTech.Ime.Testing.Tests.Faults;

public sealed class CommandTests
{
    private static readonly ImeSimulatorOptions Silent = new() { Rate = 0 };

    [Fact]
    public async Task Drop_ends_the_connection_without_a_close_frame()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(new ImeSimulatorOptions { Rate = 1000 });
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await simulator.WhenAsync(s => s.Connections is [{ MessagesSent: > 0 }], RawClient.Soon);

        simulator.Drop();

        (await EndOfAsync(client)).Should().BeOfType<WebSocketException>();
        client.Socket.CloseStatus.Should().BeNull();
        SimulatorConnection connection = simulator.Handshakes.Single().Connection!;
        await connection.Ended.WaitAsync(RawClient.Soon);
        connection.IsOpen.Should().BeFalse();
        connection.ClientCloseStatus.Should().BeNull();
        await simulator.WhenAsync(s => s.Connections.Count == 0, RawClient.Soon);
    }

    [Fact]
    public async Task Drop_resets_the_connection()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(Silent);
        using Socket socket = await UpgradedSocketAsync(simulator);

        simulator.Drop();

        Func<Task> reading = async () => await socket.ReceiveAsync(new byte[1], RawClient.Soon);
        (await reading.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public async Task End_closes_the_connection_after_all_messages_without_a_close_frame()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(Silent);
        using Socket socket = await UpgradedSocketAsync(simulator);
        SimulatorConnection connection = simulator.Connections.Single();
        Task<bool>[] sending = [.. Enumerable.Range(0, 100).Select(i => connection.SendTextAsync($"message {i:000}", RawClient.Soon))];

        await simulator.EndAsync().WaitAsync(RawClient.Soon);

        (await Task.WhenAll(sending)).Should().AllBeEquivalentTo(true);
        byte[] everything = await ReadToEndAsync(socket);
        string expected = string.Concat(Enumerable.Range(0, 100).Select(i => $"\u0001\u000bmessage {i:000}"));
        Encoding.Latin1.GetString(everything).Should().Be(expected.Replace('\u0001', '\u0081'), "the client gets every message, and no close frame after them");
        connection.MessagesSent.Should().Be(100);
    }

    [Theory]
    [InlineData(1008, "Invalid token")]
    [InlineData(1011, "keepalive ping timeout")]
    [InlineData(1012, "")]
    [InlineData(4321, "دلیل")]
    public async Task Close_sends_the_status_and_the_reason(int status, string reason)
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(Silent);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");

        Task closing = simulator.CloseAsync(status, reason);
        (WebSocketMessageType type, _, _) = await client.ReceiveAsync();
        await closing.WaitAsync(RawClient.Soon);

        type.Should().Be(WebSocketMessageType.Close);
        ((int)client.Socket.CloseStatus!.Value).Should().Be(status);
        client.Socket.CloseStatusDescription.Should().Be(reason);
        SimulatorConnection connection = simulator.Handshakes.Single().Connection!;
        await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, RawClient.Soon);
        await connection.Ended.WaitAsync(RawClient.Soon);
        connection.ClientCloseStatus.Should().Be(1000);
    }

    [Theory]
    [InlineData(999, "")]
    [InlineData(5000, "")]
    [InlineData(1008, "This reason is longer than the hundred and twenty-three bytes that a close frame has room for, which the caller is told at the call.")]
    public async Task An_invalid_close_status_or_reason_is_refused_at_the_call(int status, string reason)
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(Silent);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");

        Func<Task> closing = () => simulator.CloseAsync(status, reason);

        await closing.Should().ThrowAsync<ArgumentException>();
        simulator.Connections.Should().ContainSingle();
    }

    [Fact]
    public async Task A_stalled_connection_stays_open_and_only_sends_messages_from_commands()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(Silent);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await using RawClient other = await RawClient.ByNameAsync(simulator, "SAFAB03");
        await simulator.WhenSubscribedAsync(2, RawClient.Soon);

        simulator.Connections[0].Stall();
        await simulator.PublishAsync("SAFAB03", RawClient.Soon);
        (await other.TextAsync()).Should().Contain("\"trade_count\":1,");
        simulator.Connections[0].MessagesSent.Should().Be(0);
        await simulator.Connections[0].SendTextAsync("by hand", RawClient.Soon);
        (await client.TextAsync()).Should().Be("by hand");
        simulator.Connections[0].Unstall();
        await simulator.PublishAsync("SAFAB03", RawClient.Soon);

        (await client.TextAsync()).Should().Contain("\"trade_count\":2,", "a stalled connection does not send the messages of the market");
        simulator.Connections[0].Sent.Should().Equal(new SentTrades(ContractKey.Name("SAFAB03"), 2, 2));
        simulator.Connections[1].Sent.Should().Equal(new SentTrades(ContractKey.Name("SAFAB03"), 1, 2));
    }

    [Fact]
    public async Task A_client_that_pings_gives_up_a_connection_with_frozen_pongs()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(Silent);
        await using RawClient client = await RawClient.ConnectAsync(simulator, RawClient.NamePath + "?contract_names=SAFAB03", simulator.IssueToken(), Pinging);
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);

        simulator.FreezePongs();
        await simulator.SendTextAsync("still sent", RawClient.Soon);

        (await client.TextAsync()).Should().Be("still sent");
        Task receiving = client.Socket.ReceiveAsync(new byte[1], CancellationToken.None);
        await Task.WhenAny(receiving, Task.Delay(Timeout.Infinite, RawClient.Soon));
        receiving.IsCompletedSuccessfully.Should().BeFalse();
        receiving.IsCompleted.Should().BeTrue("the client must give up before the test does");
        client.Socket.State.Should().Be(WebSocketState.Aborted);
        await simulator.WhenAsync(s => s.Connections.Count == 0, RawClient.Soon);
    }

    [Fact]
    public async Task A_stalled_connection_answers_pings_except_while_pongs_are_frozen()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(Silent);
        using Socket socket = await UpgradedSocketAsync(simulator);

        // A masked ping. The mask is 0, so the payload is not changed.
        byte[] ping = [0x89, 0x82, 0, 0, 0, 0, (byte)'h', (byte)'i'];
        byte[] pong = [0x8A, 0x02, (byte)'h', (byte)'i'];
        simulator.Stall();
        await socket.SendAsync(ping, RawClient.Soon);
        (await ReadAsync(socket, 4)).Should().Equal(pong);

        simulator.FreezePongs();
        await socket.SendAsync(ping, RawClient.Soon);
        for (int i = 0; i < 100; i++)
        {
            await simulator.SendTextAsync("x", RawClient.Soon);
            (await ReadAsync(socket, 3)).Should().Equal([0x81, 0x01, (byte)'x'], "the simulator must not answer the ping before this message");
        }

        simulator.UnfreezePongs();
        (await ReadAsync(socket, 4)).Should().Equal(pong);
    }

    [Fact]
    public async Task Any_text_and_any_bytes_in_any_split_reach_the_client_unchanged()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(Silent);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        byte[] persian = Encoding.UTF8.GetBytes("زعفران\u200cنگین 🌾");
        byte[] large = new byte[3 * 1024 * 1024];
        new Random(5).NextBytes(large);

        Task sending = Task.Run(async () =>
        {
            await simulator.SendTextAsync("no JSON at all", RawClient.Soon);
            await simulator.SendTextAsync("", RawClient.Soon);
            await simulator.SendTextAsync(persian, RawClient.Soon);
            await simulator.SendBinaryAsync(large, RawClient.Soon);
            await simulator.SendSplitAsync(persian, 1, RawClient.Soon);
        }, RawClient.Soon);

        Encoding.UTF8.GetString((await client.ReceiveAsync()).Payload).Should().Be("no JSON at all");
        (await client.ReceiveAsync()).Payload.Should().BeEmpty();
        (await client.ReceiveAsync()).Payload.Should().Equal(persian);
        (WebSocketMessageType type, byte[] payload, _) = await client.ReceiveAsync();
        type.Should().Be(WebSocketMessageType.Binary);
        payload.SequenceEqual(large).Should().BeTrue();
        (type, payload, int frames) = await client.ReceiveAsync();
        type.Should().Be(WebSocketMessageType.Text);
        payload.Should().Equal(persian);
        frames.Should().BeGreaterThanOrEqualTo(persian.Length, "each byte is sent in its own frame");
        await sending;
        simulator.Connections.Single().MessagesSent.Should().Be(5);
    }

    [Fact]
    public async Task Invalid_UTF8_is_sent_as_a_text_message()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(Silent);
        using Socket socket = await UpgradedSocketAsync(simulator);

        await simulator.SendTextAsync(new byte[] { 0xFF, 0xFE }, RawClient.Soon);

        (await ReadAsync(socket, 4)).Should().Equal(0x81, 0x02, 0xFF, 0xFE);
    }

    [Fact]
    public async Task A_command_to_a_connection_that_has_ended_does_nothing()
    {
        await using ImeSimulator simulator = await RawClient.StartAsync(Silent);
        await using RawClient client = await RawClient.ByNameAsync(simulator, "SAFAB03");
        SimulatorConnection connection = simulator.Connections.Single();
        connection.Drop();
        await connection.Ended.WaitAsync(RawClient.Soon);

        connection.Drop();
        await connection.EndAsync().WaitAsync(RawClient.Soon);
        connection.Stall();
        connection.Unstall();
        connection.FreezePongs();
        (await connection.CloseAsync(1000).WaitAsync(RawClient.Soon)).Should().BeFalse();
        (await connection.SendTextAsync("too late", RawClient.Soon)).Should().BeFalse();
        connection.MessagesSent.Should().Be(0);
    }

    private static void Pinging(ClientWebSocketOptions options)
    {
        options.KeepAliveInterval = TimeSpan.FromMilliseconds(100);
        options.KeepAliveTimeout = TimeSpan.FromSeconds(1);
    }

    private static async Task<Exception?> EndOfAsync(RawClient client)
    {
        try
        {
            while (true)
            {
                await client.ReceiveAsync();
            }
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    /// <summary>Opens a WebSocket by hand, so that a test can read the exact bytes.</summary>
    private static async Task<Socket> UpgradedSocketAsync(ImeSimulator simulator)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", simulator.BaseAddress.Port, RawClient.Soon);
        string request = $"GET {RawClient.NamePath}?contract_names=SAFAB03 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: {simulator.IssueToken()}\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), RawClient.Soon);
        StringBuilder head = new();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await ReadAsync(socket, 1))[0]);
        }

        head.ToString().Should().StartWith("HTTP/1.1 101 ").And.Contain("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        await simulator.WhenSubscribedAsync(1, RawClient.Soon);
        return socket;
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int length)
    {
        byte[] bytes = new byte[length];
        for (int read = 0; read < length;)
        {
            int count = await socket.ReceiveAsync(bytes.AsMemory(read), RawClient.Soon);
            count.Should().BePositive();
            read += count;
        }

        return bytes;
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using MemoryStream everything = new();
        byte[] buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, RawClient.Soon) is > 0 and int count)
        {
            everything.Write(buffer, 0, count);
        }

        return everything.ToArray();
    }
}
