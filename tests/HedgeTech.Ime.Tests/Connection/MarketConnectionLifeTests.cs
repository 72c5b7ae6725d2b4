using System.Buffers;
using System.Text;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Connection.Receiving;

namespace HedgeTech.Ime.Tests.Connection;

public sealed class MarketConnectionLifeTests
{
    private static CancellationToken Ct => Patience.Token;

    private static ConnectionOptions Quick => new() { KeepAliveInterval = TimeSpan.FromMilliseconds(100), KeepAliveTimeout = TimeSpan.FromMilliseconds(100) };

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Peer_that_stops_answering_pings_ends_the_connection(bool isInMessage, bool isRead)
    {
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(
            async session =>
            {
                await session.SendTextAsync("last");
                await session.SendAsync(isInMessage ? RawSession.Frame(RawSession.Text, new byte[300])[..100] : []);
                await (isRead ? session.WaitForEndAsync() : session.HoldAsync());
            },
            Quick);
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        (await MarketConnectionTests.TextAsync(connection)).Should().Be("last");
        ConnectionEnd end = await MarketConnectionTests.EndAsync(connection);
        end.Reason.Should().Be(InterruptionReason.KeepAliveTimeout);
        end.CloseStatus.Should().BeNull();
        end.Description.Should().Contain("ping");
    }

    [Fact]
    public async Task Death_of_the_peer_while_nobody_receives_is_reported_by_the_next_receive()
    {
        using SemaphoreSlim gone = new(0);
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(
            async session =>
            {
                await session.WaitForEndAsync(); // the platform aborts when its timer fires, even if nobody receives
                gone.Release();
            },
            Quick);
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        await gone.WaitAsync(Ct);

        (await MarketConnectionTests.EndAsync(connection)).Reason.Should().Be(InterruptionReason.KeepAliveTimeout);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_before_a_reset_are_received_even_if_a_ping_among_them_cannot_be_answered(bool isOnThread)
    {
        TaskCompletionSource isReset = new(TaskCreationOptions.RunContinuationsAsynchronously);
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            IEnumerable<byte> script = [];
            for (byte number = (byte)'1'; number <= '5'; number++)
            {
                script = [.. script, .. RawSession.Frame(RawSession.Text, [number]), .. RawSession.Frame(RawSession.Ping, [number])];
            }

            await session.SendAsync([.. script]);
            session.Reset();
            isReset.SetResult();
        });
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;
        await isReset.Task.WaitAsync(Ct);

        List<string> received = [];
        ReceivedMessage message = await ReceiveAsync(connection, isOnThread);
        for (; message.Kind == ReceivedKind.Message; message = await ReceiveAsync(connection, isOnThread))
        {
            received.Add(Encoding.UTF8.GetString(message.Bytes.Span));
        }

        received.Should().Equal("1", "2", "3", "4", "5");
        connection.End.Reason.Should().Be(InterruptionReason.ConnectionLost);
    }

    [Fact]
    public async Task Silent_peer_that_answers_pings_keeps_its_connection()
    {
        int answered = 0;
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(
            async session =>
            {
                while (answered < 5 && await session.ReadFrameAsync() is { Opcode: RawSession.Ping } ping)
                {
                    await session.SendAsync(RawSession.Frame(10, ping.Payload));
                    answered++;
                }

                await session.SendTextAsync("still here");
                await session.HoldAsync();
            },
            new ConnectionOptions { KeepAliveInterval = TimeSpan.FromMilliseconds(100), KeepAliveTimeout = TimeSpan.FromSeconds(20) });
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        (await MarketConnectionTests.TextAsync(connection)).Should().Be("still here");
        answered.Should().Be(5);
    }

    [Fact]
    public async Task Abort_ends_a_pending_receive_and_is_not_a_timeout()
    {
        using SemaphoreSlim gone = new(0);
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            await session.WaitForEndAsync();
            gone.Release();
        });
        await using RawPeer _ = peer;
        await using MarketConnection __ = connection;

        Task<ReceivedMessage> pending = connection.ReceiveAsync().AsTask();
        connection.Abort();
        connection.Abort();

        ReceivedMessage end = await pending.WaitAsync(Ct);
        end.Kind.Should().Be(ReceivedKind.End);
        connection.End.Reason.Should().Be(InterruptionReason.ConnectionLost);
        connection.End.Description.Should().Contain("client");
        await gone.WaitAsync(Ct);
    }

    [Fact]
    public async Task Concurrent_aborts_and_disposals_never_throw()
    {
        for (int i = 0; i < 50; i++)
        {
            (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
            {
                while (true)
                {
                    await session.SendTextAsync("flood");
                }
            });
            await using RawPeer _ = peer;

            Task reading = Task.Run(async () =>
            {
                while ((await connection.ReceiveAsync()).Kind != ReceivedKind.End)
                {
                    // Reads until the connection ends, and ignores the messages.
                }
            }, Ct);
            Task[] enders = [.. Enumerable.Range(0, 4).Select(n => Task.Run(() => n % 2 == 0 ? connection.DisposeAsync().AsTask() : Task.Run(connection.Abort, Ct), Ct))];
            await Task.WhenAll([.. enders, reading]).WaitAsync(Ct);

            (await MarketConnectionTests.EndAsync(connection)).Should().NotBeNull();
            connection.Abort();
        }
    }

    [Fact]
    public async Task Disposal_sends_a_close_frame_and_closes()
    {
        TaskCompletionSource<(int Opcode, byte[] Payload)?> goodbye = new();
        using SemaphoreSlim gone = new(0);
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            goodbye.SetResult(await session.ReadFrameAsync());
            await session.WaitForEndAsync();
            gone.Release();
        });
        await using RawPeer _ = peer;

        Task<ReceivedMessage> pending = connection.ReceiveAsync().AsTask();
        await connection.DisposeAsync().AsTask().WaitAsync(Ct);

        (await goodbye.Task.WaitAsync(Ct)).Should().BeEquivalentTo((RawSession.Close, new byte[] { 0x03, 0xE8 }));
        (await pending.WaitAsync(Ct)).Kind.Should().Be(ReceivedKind.End);
        await gone.WaitAsync(Ct);
        (await MarketConnectionTests.EndAsync(connection)).Description.Should().Contain("client");
    }

    [Fact]
    public async Task Closing_during_a_read_sends_a_close_frame_and_keeps_the_current_message_valid()
    {
        TaskCompletionSource<(int Opcode, byte[] Payload)?> goodbye = new();
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            await session.SendTextAsync("held");
            goodbye.SetResult(await session.ReadFrameAsync());
            session.Dispose();
        });
        await using RawPeer _ = peer;

        ReceivedMessage held = await connection.ReceiveAsync();
        Task closing = connection.CloseAsync(CancellationToken.None);
        (await goodbye.Task.WaitAsync(Ct))!.Value.Opcode.Should().Be(RawSession.Close);
        (await MarketConnectionTests.EndAsync(connection)).Should().NotBeNull();
        await closing.WaitAsync(Ct);

        // The pool must not rent out the buffer that the reader still uses.
        byte[] rented = ArrayPool<byte>.Shared.Rent(16 * 1024);
        rented.AsSpan().Fill((byte)'?');
        Encoding.UTF8.GetString(held.Bytes.Span).Should().Be("held");
        ArrayPool<byte>.Shared.Return(rented);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_that_is_closed_is_read_to_its_end_for_as_long_as_messages_arrive()
    {
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            await session.ReadFrameAsync();
            for (int i = 0; i < 6; i++)
            {
                // A slow network: together they take longer than the second that the answer to a close frame may take.
                await Task.Delay(TimeSpan.FromMilliseconds(400), session.Stopped);
                await session.SendTextAsync("late");
            }

            await session.SendCloseAsync(1000, "");
            await session.HoldAsync();
        });
        await using RawPeer _ = peer;

        Task closing = connection.CloseAsync(CancellationToken.None);
        int received = 0;
        while ((await connection.ReceiveAsync()).Kind == ReceivedKind.Message)
        {
            received++;
        }

        await closing.WaitAsync(Ct);
        received.Should().Be(6);
        connection.End.IsOrderly.Should().BeTrue();
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_whose_feed_ends_is_closed_although_messages_still_arrive()
    {
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            while (true)
            {
                await session.SendTextAsync("more");
                await Task.Delay(TimeSpan.FromMilliseconds(20), session.Stopped);
            }
        });
        await using RawPeer _ = peer;
        using CancellationTokenSource stopping = new();

        Task closing = connection.CloseAsync(stopping.Token);
        int received = 0;
        while ((await connection.ReceiveAsync()).Kind == ReceivedKind.Message)
        {
            if (++received == 3)
            {
                await stopping.CancelAsync();
            }
        }

        await closing.WaitAsync(Ct);
        connection.End.IsOrderly.Should().BeFalse("the server has not answered");
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task Disposal_answers_a_close_of_the_server()
    {
        TaskCompletionSource<(int Opcode, byte[] Payload)?> answer = new();
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(async session =>
        {
            await session.SendCloseAsync(1001, "going away");
            answer.SetResult(await session.ReadFrameAsync());
            session.Dispose();
        });
        await using RawPeer _ = peer;

        (await MarketConnectionTests.EndAsync(connection)).Reason.Should().Be(InterruptionReason.Closed);
        await connection.DisposeAsync().AsTask().WaitAsync(Ct);

        (await answer.Task.WaitAsync(Ct))!.Value.Opcode.Should().Be(RawSession.Close);
    }

    [Fact]
    public async Task Disposal_does_not_wait_for_a_peer_that_ignores_it()
    {
        (RawPeer peer, MarketConnection connection) = await Open.WithAsync(static session => session.HoldAsync());
        await using RawPeer _ = peer;

        await connection.DisposeAsync().AsTask().WaitAsync(Ct); // would never complete if it waited for an answer
        await connection.DisposeAsync();
    }

    private static ValueTask<ReceivedMessage> ReceiveAsync(MarketConnection connection, bool isOnThread) =>
        isOnThread ? connection.ReceiveHere() : connection.ReceiveAsync();
}
