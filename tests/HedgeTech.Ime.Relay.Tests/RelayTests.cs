using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests;

public sealed class RelayTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_gets_the_newest_message_first_and_then_every_message()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false);
        await simulator.WhenSubscribedAsync(1, Token);
        await Relays.PublishAsync(simulator, 1, 3);
        await using RelaySource source = new(Relays.Options(redis));
        await using RelayReading first = new(source);
        await first.WaitForAsync(3);

        await Relays.PublishAsync(simulator, 4, 200);
        await using RelayReading second = new(source);
        await first.WaitForAsync(200);
        await second.WaitForAsync(200);

        second.Numbers.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        first.Numbers.SkipWhile(static number => number < 4).Should().Equal(Enumerable.Range(4, 197).Select(static number => (long)number));
    }

    [Fact]
    public async Task A_reader_reads_timestamps_without_an_offset_at_that_of_its_options()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false);
        await simulator.WhenSubscribedAsync(1, Token);
        await Relays.PublishAsync(simulator, 1, 1); // the simulator writes timestamps without an offset, as the service does
        RelayOptions options = Relays.Options(redis);
        options.TimestampOffset = TimeSpan.FromHours(4.5);
        await using RelaySource source = new(options);

        MarketSnapshot? snapshot = null;
        await foreach (FeedEvent happened in source.StreamEventsAsync(Relays.Contracts, Token))
        {
            snapshot = happened as MarketSnapshot;
            if (snapshot is not null)
            {
                break;
            }
        }

        snapshot!.Timestamp.Offset.Should().Be(TimeSpan.FromHours(4.5));
    }

    [Fact]
    public async Task A_contract_that_the_relay_does_not_have_is_named_once_with_those_that_it_has()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false, contracts: ContractSet.ByName(Relays.Contract, "ETCDY03"));
        await simulator.WhenSubscribedAsync(1, Token);
        await Relays.PublishAsync(simulator, 1, 1);
        TestLog log = new();
        await using RelaySource source = new(Relays.Options(redis), log);

        await using (RelayReading reading = new(source, new ContractSet([.. Relays.Contracts, ContractKey.Name("SAFAB3\e"), ContractKey.Id("276")])))
        {
            await reading.WaitForAsync(1);
            log.Warnings.Should().Equal("No messages arrive for SAFAB3, id:276, because the relay 'test' only has ETCDY03, SAFAB03.");
        }

        await using RelayReading right = new(source);
        await right.WaitForAsync(1);
        log.Warnings.Should().ContainSingle();
    }

    [Fact]
    public async Task A_relay_that_nobody_has_written_is_named_once()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        TestLog log = new();
        await using RelaySource source = new(Relays.Options(redis), log);
        await using RelayReading reading = new(source);
        await Relays.WhenAsync(() => !log.Warnings.IsEmpty);

        await using RelayNode node = new(simulator, redis, hot: false);
        await simulator.WhenSubscribedAsync(1, Token);
        await Relays.PublishAsync(simulator, 1, 1);
        await reading.WaitForAsync(1);

        log.Warnings.Where(static warning => !warning.Contains("interrupted", StringComparison.Ordinal))
            .Should().Equal("Nothing has been published to the relay 'test' on this Redis yet. The reader waits for a publisher with this name.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_standby_takes_over_when_the_leader_ends_and_a_hot_standby_leaves_no_gap(bool hot)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        RelayNode leader = new(simulator, redis, hot);
        await leader.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        await using RelayNode standby = new(simulator, redis, hot);
        await simulator.WhenSubscribedAsync(hot ? 2 : 1, Token);
        await using RelaySource source = new(Relays.Options(redis));
        await using RelayReading reading = new(source);
        int published = 0;
        for (int i = 0; i < 30; i++)
        {
            await Relays.PublishAsync(simulator, published + 1, published + 5); // takes more than a second, so the standby is in step
            published += 5;
            await Task.Delay(50, Token);
        }

        await reading.WaitForAsync(published);
        await leader.DisposeAsync();
        await standby.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        while (reading.Numbers.LastOrDefault() < published + 20 && published < 2000)
        {
            await Relays.PublishAsync(simulator, published + 1, published + 1);
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
    public async Task After_Redis_restarts_empty_the_stream_continues_after_an_interruption()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using RunningRelay relay = await RunningRelay.StartAsync(redis);
        await relay.PublishAsync(1, 50);
        await relay.Reading.WaitForAsync(50);

        await redis.SignalAsync("KILL");
        await redis.RestartAsync();
        int published = 50;
        while (relay.Reading.Numbers[^1] < 60 && published < 5000)
        {
            await relay.PublishAsync(published + 1, published + 1);
            published++;
            await Task.Delay(20, Token);
        }

        await relay.Reading.WaitForAsync(published);
        relay.Reading.Numbers.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        relay.Reading.Others.Should().ContainInOrder("FeedInterrupted", "FeedResumed");
    }

    [Fact]
    public async Task A_relay_of_other_contracts_is_refused_with_their_names()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false);
        await node.WhenLeadingAsync();
        await using ImeClient client = new(simulator.CreateClientOptions());
        await using RelayPublisher other = new(client, ContractSet.ByName(Relays.Contract, "ETCDY03"), Relays.Options(redis));

        await FluentActions.Awaiting(() => other.RunAsync(Token)).Should().ThrowAsync<RelayRefusedException>().WithMessage("The relay 'test' serves other contracts: SAFAB03.*").Where(static refused => refused.Option == "Name");
    }
}
