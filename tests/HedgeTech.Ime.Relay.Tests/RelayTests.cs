using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests;

public sealed class RelayTests(ITestOutputHelper output)
{
    private const string Contract = "SAFAB03";

    private static readonly ContractSet Contracts = ContractSet.ByName(Contract);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_gets_the_newest_message_first_and_then_every_message()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false);
        await simulator.WhenSubscribedAsync(1, Token);
        await PublishAsync(simulator, 1, 3);
        await using RelaySource source = new(Options(redis));
        await using RelayReading first = new(source);
        await first.WaitForAsync(3);

        await PublishAsync(simulator, 4, 200);
        await using RelayReading second = new(source);
        await first.WaitForAsync(200);
        await second.WaitForAsync(200);

        second.Numbers.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        first.Numbers.SkipWhile(static number => number < 4).Should().Equal(Enumerable.Range(4, 197).Select(static number => (long)number));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_the_leader_ends_a_standby_takes_over_and_a_hot_one_leaves_no_gap(bool hot)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await StartAsync();
        RelayNode leader = new(simulator, redis, hot);
        await leader.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        await using RelayNode standby = new(simulator, redis, hot);
        await simulator.WhenSubscribedAsync(hot ? 2 : 1, Token);
        await using RelaySource source = new(Options(redis));
        await using RelayReading reading = new(source);
        int published = 0;
        for (int i = 0; i < 30; i++)
        {
            await PublishAsync(simulator, published + 1, published + 5); // more than a second: the standby is in step
            published += 5;
            await Task.Delay(50, Token);
        }

        await reading.WaitForAsync(published);
        await leader.DisposeAsync();
        await standby.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        while (reading.Numbers.LastOrDefault() < published + 20 && published < 2000)
        {
            await PublishAsync(simulator, published + 1, published + 1);
            published++;
            await Task.Delay(10, Token);
        }

        await reading.WaitForAsync(published);
        output.WriteLine(string.Join(", ", reading.Others));
        reading.Numbers.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        if (hot)
        {
            reading.Numbers.Should().Equal(Enumerable.Range((int)reading.Numbers[0], published - (int)reading.Numbers[0] + 1).Select(static number => (long)number));
        }
        else
        {
            reading.Others.Should().ContainInOrder("FeedInterrupted", "FeedResumed");
        }
    }

    [Fact]
    public async Task After_Redis_was_killed_and_came_back_empty_the_stream_goes_on_behind_an_interruption()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false);
        await node.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        await using RelaySource source = new(Options(redis));
        await using RelayReading reading = new(source);
        await PublishAsync(simulator, 1, 50);
        await reading.WaitForAsync(50);

        await redis.SignalAsync("KILL");
        await redis.RestartAsync();
        int published = 50;
        while (reading.Numbers[^1] < 60 && published < 5000)
        {
            await PublishAsync(simulator, published + 1, published + 1);
            published++;
            await Task.Delay(20, Token);
        }

        await reading.WaitForAsync(published);
        reading.Numbers.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        reading.Others.Should().ContainInOrder("FeedInterrupted", "FeedResumed");
    }

    [Fact]
    public async Task A_relay_of_other_contracts_is_refused_by_name()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false);
        await node.WhenLeadingAsync();
        await using ImeClient client = new(simulator.CreateClientOptions());
        await using RelayPublisher other = new(client, ContractSet.ByName(Contract, "ETCDY03"), Options(redis));

        await FluentActions.Awaiting(() => other.RunAsync(Token)).Should().ThrowAsync<InvalidOperationException>().WithMessage("The relay 'test' is of other contracts: name:SAFAB03.*");
    }

    private static Task<ImeSimulator> StartAsync() => ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0 }, cancellationToken: Token);

    private static RelayOptions Options(LocalRedis redis) => new() { Configuration = redis.Configuration, Name = "test", LeaseDuration = TimeSpan.FromMilliseconds(500) };

    private static async Task PublishAsync(ImeSimulator simulator, int from, int to)
    {
        for (int i = from; i <= to; i++)
        {
            await simulator.PublishAsync(new MarketSnapshot { Channel = "IME Stream", Contract = ContractKey.Name(Contract), Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(i), Aggregate = new Aggregate { TradeCount = i } }, Token);
        }
    }

    /// <summary>One publisher, running.</summary>
    private sealed class RelayNode : IAsyncDisposable
    {
        private readonly ImeClient _client;
        private readonly RelayPublisher _publisher;
        private readonly Task _running;

        public RelayNode(ImeSimulator simulator, LocalRedis redis, bool hot)
        {
            RelayOptions options = Options(redis);
            options.HotStandby = hot;
            _client = new ImeClient(simulator.CreateClientOptions());
            _publisher = new RelayPublisher(_client, Contracts, options);
            _running = _publisher.RunAsync();
        }

        public async Task WhenLeadingAsync()
        {
            while (_publisher.Role != RelayRole.Leading)
            {
                await Task.WhenAny(_running, Task.Delay(5, Token));
                Token.ThrowIfCancellationRequested();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _publisher.DisposeAsync();
            await _running;
            await _client.DisposeAsync();
        }
    }

    /// <summary>What a reader gets: the numbers of the messages, and the other events by name.</summary>
    private sealed class RelayReading : IAsyncDisposable
    {
        private readonly Lock _gate = new();
        private readonly List<long> _numbers = [];
        private readonly List<string> _others = [];
        private readonly CancellationTokenSource _ending = new();
        private readonly Task _reading;

        public RelayReading(RelaySource source) => _reading = ReadAsync(source);

        public List<long> Numbers
        {
            get
            {
                lock (_gate)
                {
                    return [.. _numbers];
                }
            }
        }

        public List<string> Others
        {
            get
            {
                lock (_gate)
                {
                    return [.. _others];
                }
            }
        }

        public async Task WaitForAsync(long number)
        {
            while (Numbers.LastOrDefault() < number)
            {
                await Task.WhenAny(_reading, Task.Delay(5, Token));
                Token.ThrowIfCancellationRequested();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _ending.Dispose();
        }

        private async Task ReadAsync(RelaySource source)
        {
            await foreach (FeedEvent happened in source.StreamEventsAsync(Contracts, _ending.Token))
            {
                lock (_gate)
                {
                    if (happened is MarketSnapshot snapshot)
                    {
                        _numbers.Add(snapshot.Aggregate.TradeCount);
                    }
                    else
                    {
                        _others.Add(happened.GetType().Name);
                    }
                }
            }
        }
    }
}
