using System.Net.WebSockets;
using System.Text;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Connection.Receiving;

namespace HedgeTech.Ime.Tests.Connection;

public sealed class MarketConnectionTests
{
    private static CancellationToken Ct => Patience.Token;

    [Fact]
    public async Task Messages_arrive_whole_and_in_order()
    {
        string[] messages = ["one", "دو", "", new('x', 125), new('y', 126), new('z', 70_000), "end"];
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            foreach (string message in messages)
            {
                await session.SendTextAsync(message);
            }

            await session.HoldAsync();
        });
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        foreach (string message in messages)
        {
            (await TextAsync(connection)).Should().Be(message);
        }
    }

    [Fact]
    public async Task Message_in_many_frames_with_control_frames_between_them_is_received_whole()
    {
        byte[] message = Encoding.UTF8.GetBytes("{\"نام\": \"آتی 😀\"}");
        List<byte[]> pongs = [];
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            for (int i = 0; i < message.Length; i++)
            {
                await session.SendAsync(RawSession.Frame(i == 0 ? RawSession.Text : RawSession.Continuation, [message[i]], isFinal: false)); // splits every character
                await session.SendAsync(RawSession.Frame(RawSession.Ping, [(byte)i]));
            }

            await session.SendAsync(RawSession.Frame(RawSession.Continuation, []));
            for (int i = 0; i < message.Length; i++)
            {
                pongs.Add((await session.ReadFrameAsync())!.Value.Payload);
            }

            await session.SendTextAsync("all pings are answered");
            await session.HoldAsync();
        });
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        (await TextAsync(connection)).Should().Be(Encoding.UTF8.GetString(message));
        (await TextAsync(connection)).Should().Be("all pings are answered");
        pongs.Should().BeEquivalentTo(Enumerable.Range(0, message.Length).Select(static i => new[] { (byte)i }), static options => options.WithStrictOrdering());
    }

    [Fact]
    public async Task Binary_message_is_read_like_a_text_message_and_need_not_be_UTF8()
    {
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            await session.SendAsync(RawSession.Frame(RawSession.Binary, [1, 0xFF, 0xFE]));
            await session.SendAsync(RawSession.Frame(RawSession.Binary, []));
            await session.HoldAsync();
        });
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        ReceivedMessage message = await NextAsync(connection);
        message.Kind.Should().Be(ReceivedKind.Message);
        message.Bytes.ToArray().Should().Equal(1, 0xFF, 0xFE);
        ReceivedMessage empty = await NextAsync(connection);
        empty.Kind.Should().Be(ReceivedKind.Message);
        empty.Length.Should().Be(0);
    }

    [Theory]
    [InlineData(100, 100, false)]
    [InlineData(100, 101, true)]
    [InlineData(100, 16_384, true)]
    [InlineData(100, 500_000, true)]
    [InlineData(20_000, 20_000, false)]
    [InlineData(20_000, 20_001, true)]
    [InlineData(16_384, 16_384, false)]
    [InlineData(16_384, 16_385, true)]
    [InlineData(65_536, 3_000_000, true)]
    [InlineData(1_048_576, 1_048_576, false)]
    [InlineData(1_048_576, 1_048_577, true)]
    public async Task Message_over_the_limit_is_skipped_and_no_other_message_is_lost(int bound, int length, bool isOversized)
    {
        byte[] message = [.. Enumerable.Range(0, length).Select(static i => (byte)('a' + (i % 26)))];
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(
            async session =>
            {
                foreach (int cut in (int[])[length, length / 2, 1])
                {
                    await session.SendTextAsync("before");
                    await session.SendAsync(RawSession.Frame(RawSession.Text, message[..cut], isFinal: false));
                    await session.SendAsync(RawSession.Frame(RawSession.Continuation, message[cut..], isFinal: false));
                    await session.SendAsync(RawSession.Frame(RawSession.Continuation, []));
                    await session.SendTextAsync("after");
                }

                await session.HoldAsync();
            },
            new ConnectionOptions { MaxMessageBytes = bound });
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        for (int i = 0; i < 3; i++)
        {
            (await TextAsync(connection)).Should().Be("before");
            ReceivedMessage received = await NextAsync(connection);
            received.Kind.Should().Be(isOversized ? ReceivedKind.Oversized : ReceivedKind.Message);
            received.Length.Should().Be(length);
            received.Bytes.ToArray().Should().Equal(isOversized ? message[..Math.Min(256, bound)] : message);
            (await TextAsync(connection)).Should().Be("after");
        }
    }

    [Theory]
    [InlineData(1008, "invalid contract", WebSocketCloseStatus.PolicyViolation)]
    [InlineData(1012, "", (WebSocketCloseStatus)1012)]
    [InlineData(1011, "keepalive ping timeout", WebSocketCloseStatus.InternalServerError)]
    [InlineData(1000, "bye", WebSocketCloseStatus.NormalClosure)]
    [InlineData(4001, "دلیل", (WebSocketCloseStatus)4001)]
    public async Task Close_frame_ends_the_connection_with_its_status_and_reason(int status, string reason, WebSocketCloseStatus expected)
    {
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            await session.SendTextAsync("last");
            await session.SendCloseAsync(status, reason);
            await session.HoldAsync();
        });
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        (await TextAsync(connection)).Should().Be("last");
        ConnectionEnd end = await EndAsync(connection);
        end.Reason.Should().Be(InterruptionReason.Closed);
        end.CloseStatus.Should().Be(expected);
        end.Description.Should().Be(reason.Length == 0 ? null : reason);
        (await EndAsync(connection)).Should().BeSameAs(end, "the end of a connection never changes");
    }

    [Fact]
    public async Task Close_frame_within_a_message_or_without_a_status_ends_the_connection_as_closed()
    {
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            await session.SendAsync(RawSession.Frame(RawSession.Text, "half"u8.ToArray(), isFinal: false));
            await session.SendAsync(RawSession.Frame(RawSession.Close, []));
            await session.HoldAsync();
        });
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        ConnectionEnd end = await EndAsync(connection);
        end.Reason.Should().Be(InterruptionReason.Closed);
        end.Description.Should().BeNull();
    }

    [Fact]
    public async Task Token_in_the_reason_of_a_close_frame_is_redacted()
    {
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(session => session.SendCloseAsync(1008, $"bad token {Open.Token}!"));
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        (await EndAsync(connection)).Description.Should().Be("bad token [redacted]!");
    }

    public static TheoryData<string> Breaks() => ["end", "reset", "half a frame", "end in a message", "invalid utf-8", "unknown opcode", "masked", "compressed", "bad close status", "bad close reason", "continuation of nothing", "oversized, then end"];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task Connection_that_ends_without_a_valid_close_frame_is_lost(string how)
    {
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(
            async session =>
            {
                await session.SendTextAsync("last");
                if (how == "reset")
                {
                    // A reset overtakes the data sent before it, so the client must read that data first. Its pong proves that it has.
                    await session.SendAsync(RawSession.Frame(RawSession.Ping, []));
                    await session.ReadFrameAsync();
                    session.Reset();
                    return;
                }

                await session.SendAsync(how switch
                {
                    "half a frame" => RawSession.Frame(RawSession.Text, new byte[300])[..100],
                    "end in a message" => RawSession.Frame(RawSession.Text, "half"u8.ToArray(), isFinal: false),
                    "invalid utf-8" => RawSession.Frame(RawSession.Text, [0xFF, 0xFE]),
                    "unknown opcode" => RawSession.Frame(3, [1]),
                    "masked" => [0x81, 0x81, 1, 2, 3, 4, 65],
                    "compressed" => [0xC1, 1, 65],
                    "bad close status" => RawSession.Frame(RawSession.Close, [0x03, 0xED]),
                    "bad close reason" => RawSession.Frame(RawSession.Close, [0x03, 0xF0, 0xFF]),
                    "continuation of nothing" => RawSession.Frame(RawSession.Continuation, [65]),
                    "oversized, then end" => RawSession.Frame(RawSession.Text, new byte[2_000_000], isFinal: false),
                    _ => [],
                });
                session.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                await session.WaitForEndAsync();
            });
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        (await TextAsync(connection)).Should().Be("last");
        ConnectionEnd end = await EndAsync(connection);
        end.Reason.Should().Be(InterruptionReason.ConnectionLost);
        end.CloseStatus.Should().BeNull();
        end.Description.Should().NotBeNullOrWhiteSpace();
        end.Exception.Should().NotBeNull();
        (await EndAsync(connection)).Should().BeSameAs(end);
    }

    [Fact]
    public async Task Second_concurrent_receive_is_refused()
    {
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(static session => session.HoldAsync());
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        Task<ReceivedMessage> pending = connection.ReceiveAsync().AsTask();
        Func<Task> second = async () => await connection.ReceiveAsync();
        await second.Should().ThrowAsync<InvalidOperationException>();

        pending.IsCompleted.Should().BeFalse();
        connection.Abort();
        (await pending.WaitAsync(Ct)).Kind.Should().Be(ReceivedKind.End);
    }

    internal static Task<ReceivedMessage> NextAsync(MarketConnection connection) => connection.ReceiveAsync().AsTask().WaitAsync(Ct);

    internal static async Task<string> TextAsync(MarketConnection connection)
    {
        ReceivedMessage message = await NextAsync(connection);
        message.Kind.Should().Be(ReceivedKind.Message, "{0}", message.Kind == ReceivedKind.End ? connection.End.Description : "that is what was sent");
        message.Length.Should().Be(message.Bytes.Length);
        return Encoding.UTF8.GetString(message.Bytes.Span);
    }

    internal static async Task<ConnectionEnd> EndAsync(MarketConnection connection)
    {
        ReceivedMessage message = await NextAsync(connection);
        message.Kind.Should().Be(ReceivedKind.End);
        return connection.End;
    }
}
