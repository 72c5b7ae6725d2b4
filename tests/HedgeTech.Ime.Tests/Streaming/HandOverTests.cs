using System.Text;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Session;
using HedgeTech.Ime.Tests.Connection;
using HedgeTech.Ime.Tests.Json;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>When the consumer holds the thread that receives, another receives.</summary>
public sealed class HandOverTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_loop_that_blocks_its_thread_keeps_no_ping_from_being_answered()
    {
        byte[] snapshot = RawSession.Frame(RawSession.Text, Encoding.UTF8.GetBytes(WireObject.Complete().ToText()));
        using ManualResetEventSlim isBlocked = new();
        using ManualResetEventSlim isAnswered = new();
        CancellationToken patience = Patience.Token;
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.AcceptWebSocketAsync();
            for (byte number = 1; number <= 5; number++)
            {
                await session.SendAsync(snapshot);
                isBlocked.Wait(session.Stopped);
                isBlocked.Reset();
                await session.SendAsync(RawSession.Frame(RawSession.Ping, [number]));
                if (await session.ReadFrameAsync() is { } pong && pong.Payload.SequenceEqual([number]))
                {
                    isAnswered.Set();
                }
            }

            await session.HoldAsync();
        });
        await using ImeClient client = new(new ImeClientOptions { BaseAddress = peer.Address, AccessToken = "token" });
        int count = 0;
        await foreach (MarketSnapshot _ in client.StreamByNameAsync(["SAFAB03"], patience))
        {
            // Does not go on before its ping is answered.
            isBlocked.Set();
            isAnswered.Wait(patience);
            isAnswered.Reset();
            if (++count == 5)
            {
                break;
            }
        }

        count.Should().Be(5);
    }

    [Fact]
    public void However_long_the_consumer_holds_its_thread_exactly_one_other_receives()
    {
        const int Holds = 60;
        int seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}.");
        Random random = new(seed);
        CancellationToken patience = Patience.Token;
        using ManualResetEventSlim isDone = new();
        int receiving = 0;
        int overlaps = 0;
        int held = 0;
        long received = 0;

        // Every other time the consumer stays until others have received some more, which only another thread can do.
        Consumer consumer = new(() =>
        {
            if (random.Next(2) == 0)
            {
                long enough = Volatile.Read(ref received) + random.Next(1, 50);
                SpinWait.SpinUntil(() => Volatile.Read(ref received) >= enough || patience.IsCancellationRequested);
                held++;
            }
        });
        using ReceivingThread thread = new("receiving", () =>
        {
            if (Interlocked.Increment(ref receiving) != 1)
            {
                Interlocked.Increment(ref overlaps);
            }

            Interlocked.Increment(ref received);
            bool isLast = Volatile.Read(ref held) >= Holds || patience.IsCancellationRequested;
            Interlocked.Decrement(ref receiving);
            if (isLast)
            {
                isDone.Set();
                return false;
            }

            consumer.RunIfFree();
            return true;
        });
        thread.Start();

        isDone.Wait(patience);
        overlaps.Should().Be(0, "seed {0}", seed);
        held.Should().BeGreaterThanOrEqualTo(Holds);
        consumer.Refused.Should().Be(0, "whoever receives may run the consumer");
    }

    /// <summary>Runs on one thread at a time, as a loop does.</summary>
    private sealed class Consumer(Action body) : IFeedConsumer
    {
        private int _isRunning;

        public int Refused { get; private set; }

        public void RunIfFree()
        {
            if (Interlocked.CompareExchange(ref _isRunning, 1, 0) == 0 && !ReceivingThread.TryRun(this))
            {
                Refused++;
                Volatile.Write(ref _isRunning, 0);
            }
        }

        public void Wake() => throw new InvalidOperationException("It is only woken here.");

        public void WakeHere()
        {
            body();
            Volatile.Write(ref _isRunning, 0);
        }
    }
}
