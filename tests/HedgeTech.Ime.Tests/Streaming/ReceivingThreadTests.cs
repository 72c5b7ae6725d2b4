namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>The consumer runs where the messages are received, and keeps nobody from receiving.</summary>
public sealed class ReceivingThreadTests(ITestOutputHelper output)
{
    private const string ThreadName = "HedgeTech.Ime 1";

    [Fact]
    public async Task A_loop_that_keeps_up_runs_on_the_thread_that_receives()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        Task<int> there = Task.Run(async () =>
        {
            int count = 0;
            await foreach (MarketSnapshot snapshot in simulated.Client.StreamAsync(Simulated.Contracts, simulated.Cancellation))
            {
                count += Thread.CurrentThread.Name == ThreadName ? 1 : 0;
                if (snapshot.Aggregate.TradeCount == 50)
                {
                    break;
                }
            }

            return count;
        });
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(50);

        (await there).Should().BeGreaterThan(40, "only the first may find something waiting");
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
    public async Task A_loop_that_blocks_its_thread_keeps_nobody_from_receiving()
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
                    // Only another thread can bring these.
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
    public async Task A_loop_that_takes_a_little_too_long_for_each_snapshot_keeps_nobody_from_receiving()
    {
        const int Published = 400;
        await using Simulated simulated = await Simulated.StartAsync();
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        Task<long> reading = Task.Run(async () =>
        {
            await foreach (MarketSnapshot snapshot in feed)
            {
                Thread.Sleep(5); // never for so long that one snapshot alone would give the thread away
                if (snapshot.Aggregate.TradeCount == Published / 4)
                {
                    return feed.Statistics.Received;
                }
            }

            return 0L;
        });
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(Published);

        (await reading).Should().Be(Published, "what waits in the socket delays pongs, and the server cuts a reader that is slow");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_loop_may_wait_for_the_disposal_of_its_own_feed(bool ofClient)
    {
        await using Simulated simulated = await Simulated.StartAsync();
        MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        Task<int> reading = Task.Run(async () =>
        {
            int count = 0;
            await foreach (MarketSnapshot snapshot in feed)
            {
                count++;
#pragma warning disable xUnit1031 // to block is what is tested
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
    public async Task However_often_the_thread_changes_nothing_is_lost_repeated_or_out_of_order(bool dedicatedThreads)
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
                    long until = Environment.TickCount64 + random.Next(15, 45);
                    SpinWait.SpinUntil(() => Environment.TickCount64 >= until);
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
