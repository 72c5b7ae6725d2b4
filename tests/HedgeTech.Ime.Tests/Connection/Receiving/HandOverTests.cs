using System.Text;
using HedgeTech.Ime.Tests.Json;
using HedgeTech.Ime.Tests.Streaming;

namespace HedgeTech.Ime.Tests.Connection.Receiving;

/// <summary>The loop of a feed runs on the receiving thread. While the loop holds that thread, another thread receives.</summary>
public sealed class HandOverTests(ITestOutputHelper output)
{
    private const string ThreadName = "HedgeTech.Ime 1";

    [Fact]
    public async Task A_loop_that_keeps_up_stays_on_the_receiving_thread()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        using SemaphoreSlim consumed = new(0);
        Task<int> looping = Task.Run(async () =>
        {
            int there = 0;
            await foreach (MarketSnapshot snapshot in simulated.Client.StreamAsync(Simulated.Contracts, simulated.Cancellation))
            {
                bool isThere = Thread.CurrentThread.Name == ThreadName;
                if (there > 0 && !isThere)
                {
                    return -1;
                }

                // If a message arrives before the loop waits for it, the loop takes the message on its current thread, which may be of the thread pool. That may happen to the first messages.
                there += isThere ? 1 : 0;
                if (there == 20)
                {
                    break;
                }

                consumed.Release();
            }

            return there;
        });
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        while (!looping.IsCompleted)
        {
            await simulated.PublishAsync(1);
            await Task.WhenAny(looping, consumed.WaitAsync(simulated.Cancellation));
        }

        (await looping).Should().Be(20);
    }

    [Fact]
    public async Task Receiving_without_dedicated_threads_runs_on_the_thread_pool()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Connection.DedicatedThreads = false);
        Task<bool> pooled = Task.Run(async () =>
        {
            await foreach (MarketSnapshot snapshot in simulated.Client.StreamAsync(Simulated.Contracts, simulated.Cancellation))
            {
                if (!Thread.CurrentThread.IsThreadPoolThread)
                {
                    return false;
                }

                if (snapshot.Aggregate.TradeCount == 50)
                {
                    break;
                }
            }

            return true;
        });
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(50);

        (await pooled).Should().BeTrue();
    }

    [Fact]
    public async Task A_loop_that_blocks_its_thread_does_not_stop_receiving()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        Task<List<long>> reading = Task.Run(async () =>
        {
            List<long> numbers = [];
            await foreach (MarketSnapshot snapshot in feed)
            {
                numbers.Add(snapshot.Aggregate.TradeCount);
                if (numbers.Count == 1)
                {
                    // Only another thread can receive the other 99 messages.
                    SpinWait.SpinUntil(() => feed.Statistics.Waiting == 99 || simulated.Cancellation.IsCancellationRequested);
                }

                if (numbers.Count == 100)
                {
                    break;
                }
            }

            return numbers;
        });
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await simulated.PublishAsync(99);

        (await reading).Should().Equal(Enumerable.Range(1, 100).Select(static number => (long)number));
    }

    [Fact]
    public async Task A_loop_that_blocks_its_thread_does_not_keep_pings_from_being_answered()
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
            // The loop does not continue until the client answers the ping.
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_loop_may_wait_synchronously_for_the_disposal_of_its_own_feed(bool ofClient)
    {
        await using Simulated simulated = await Simulated.StartAsync();
        MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        Task<int> reading = Task.Run(async () =>
        {
            int count = 0;
            await foreach (MarketSnapshot snapshot in feed)
            {
                count++;
#pragma warning disable xUnit1031 // the test must block
                Task disposal = ofClient ? simulated.Client.DisposeAsync().AsTask() : feed.DisposeAsync().AsTask();
                disposal.Wait(simulated.Cancellation);
#pragma warning restore xUnit1031
            }

            return count;
        });
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);

        (await reading).Should().Be(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Changes_of_the_receiving_thread_lose_repeat_and_reorder_nothing(bool dedicatedThreads)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}.");
        Random random = new(seed);
        await using Simulated simulated = await Simulated.StartAsync(
            static server => server.Rate = 2000,
            options =>
            {
                options.Connection.MaxContractsPerConnection = 1;
                options.Connection.DedicatedThreads = dedicatedThreads;
                options.Feed.Capacity = 1_000_000;
            });
        string[] names = [.. simulated.Server.Contracts.Take(3).Select(static contract => contract.Code)];
        await using MarketFeed feed = simulated.Client.OpenFeed(ContractSet.ByName(names));
        Dictionary<string, long> last = [];
        int count = 0;
        await foreach (MarketSnapshot snapshot in feed.WithCancellation(simulated.Cancellation))
        {
            long number = snapshot.Aggregate.TradeCount;
            if (last.TryGetValue(snapshot.Contract.Value, out long before) && number != before + 1)
            {
                Assert.Fail($"Seed {seed}: {snapshot.Contract.Value} {number} came after {before}.");
            }

            last[snapshot.Contract.Value] = number;
            switch (random.Next(300))
            {
                case 0:
                    // Holds the thread until more messages are received. That usually takes two checks in a row, after which another thread takes over.
                    long enough = feed.Statistics.Received + random.Next(30, 90);
                    SpinWait.SpinUntil(() => feed.Statistics.Received >= enough || simulated.Cancellation.IsCancellationRequested);
                    break;
                case 1:
                    await Task.Yield();
                    break;
                default:
                    break;
            }

            if (++count == 4000)
            {
                break;
            }
        }

        last.Should().HaveCount(3);
    }
}
