using System.Text;
using HedgeTech.Ime.Tests.Json;

namespace HedgeTech.Ime.Tests.Connection.Receiving;

public sealed class WaitingPongTests
{
    private const int Batches = 400;
    private const int PingsPerBatch = 500;

    [Fact]
    public async Task The_receiving_thread_continues_to_read_a_line_after_a_delayed_pong()
    {
        byte[] snapshot = RawSession.Frame(RawSession.Text, Encoding.UTF8.GetBytes(WireObject.Complete().ToText()));
        byte[] pings = [.. Enumerable.Repeat(RawSession.Frame(RawSession.Ping, new byte[125]), PingsPerBatch).SelectMany(static frame => frame)];
        using SemaphoreSlim consumed = new(0);
        bool isCalm = false;
        CancellationToken patience = Patience.Token;
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.AcceptWebSocketAsync();
            int sent = 0;
            Task flooding = Task.Run(
                async () =>
                {
                    for (; sent < Batches; sent++)
                    {
                        await session.SendAsync(pings);
                    }
                },
                session.Stopped);

            // Reads no pongs until the client stops. The client then waits to send a pong, and reads no pings while it waits.
            int before;
            do
            {
                before = Volatile.Read(ref sent);
                await Task.WhenAny(flooding, Task.Delay(500, session.Stopped));
            }
            while (!flooding.IsCompleted && before != Volatile.Read(ref sent));
            Task draining = session.Stream.CopyToAsync(Stream.Null, session.Stopped);
            await flooding;
            Volatile.Write(ref isCalm, true);
            while (!draining.IsCompleted)
            {
                await session.SendAsync(snapshot);
                await consumed.WaitAsync(session.Stopped);
            }
        });
        await using ImeClient client = new(new ImeClientOptions { BaseAddress = peer.Address, AccessToken = "token" });
        bool isOnThread = false;
        await foreach (MarketSnapshot _ in client.StreamByNameAsync(["SAFAB03"], patience).ConfigureAwait(false))
        {
            isOnThread = Volatile.Read(ref isCalm) && Thread.CurrentThread.Name?.StartsWith("HedgeTech.Ime", StringComparison.Ordinal) == true;
            if (isOnThread)
            {
                break;
            }

            consumed.Release();
        }

        isOnThread.Should().BeTrue();
    }
}
