using System.Buffers;
using System.Diagnostics;
using System.Text;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests;

/// <summary>Tests a Redis that runs but does not answer, such as a stopped process or a machine that swaps.</summary>
public sealed class FrozenRedisTests(ITestOutputHelper output)
{
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_sent_while_Redis_is_frozen_for_longer_than_the_lease_arrive_afterwards(bool hot)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using RunningRelay relay = await RunningRelay.StartAsync(redis, hot);
        int published = await relay.PublishUntilReadAsync(0);
        int first = (int)relay.Reading.Numbers[0];

        await redis.SignalAsync("STOP");
        for (int i = 0; i < 60; i++)
        {
            published++;
            await relay.PublishAsync(published, published);
            await Task.Delay(20, Token);
        }

        await redis.SignalAsync("CONT");
        published = await relay.PublishUntilReadAsync(published);
        relay.Reading.Numbers.Should().Equal(Enumerable.Range(first, published - first + 1).Select(static number => (long)number));
    }

    [Fact]
    public async Task A_frozen_Redis_does_not_hold_up_the_connection_to_the_service_and_what_exceeds_the_bound_is_dropped_and_announced()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using RunningRelay relay = await RunningRelay.StartAsync(redis);
        int published = await relay.PublishUntilReadAsync(0);
        int first = (int)relay.Reading.Numbers[0];
        await redis.SignalAsync("STOP");

        // Far more than the socket takes, and then more than may wait. If the connection stood still, nothing would ever be dropped.
        while (relay.Leader.Publisher.Statistics.Dropped == 0)
        {
            published++;
            published.Should().BeLessThan(first + 1_500);
            await relay.Simulator.PublishAsync(ContractKey.Name(Relays.Contract), LargeMessage(published), Token);
        }

        await redis.SignalAsync("CONT");
        published = await relay.PublishUntilReadAsync(published);
        long dropped = relay.Reading.Events.OfType<SnapshotsDropped>().Sum(static happened => happened.Count);
        dropped.Should().Be(relay.Leader.Publisher.Statistics.Dropped);
        relay.Reading.Numbers.Should().BeInAscendingOrder().And.HaveCount(published - first + 1 - (int)dropped);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_disposal_of_publisher_and_source_completes_although_Redis_is_frozen(bool hot)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using RunningRelay relay = await RunningRelay.StartAsync(redis, hot);
        int published = await relay.PublishUntilReadAsync(0);
        await redis.SignalAsync("STOP");
        await relay.PublishAsync(published + 1, published + 50);

        await MeasuredAsync("source", relay.Source.DisposeAsync().AsTask());
        await MeasuredAsync("enumeration", relay.Reading.Ended);
        await MeasuredAsync("publisher", relay.Leader.Publisher.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Publisher_and_source_that_never_get_an_answer_can_be_cancelled()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await redis.SignalAsync("STOP");
        await using RelayNode node = new(simulator, redis, hot: true);
        await using RelaySource source = new(Relays.Options(redis));
        await using RelayReading reading = new(source);
        await Task.Delay(300, Token); // both sides try to connect

        await reading.CancelAsync();
        await MeasuredAsync("enumeration", FluentActions.Awaiting(() => reading.Ended).Should().ThrowAsync<OperationCanceledException>());
        await MeasuredAsync("publisher", node.Publisher.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task The_disposal_of_a_source_closes_its_connections_although_its_consumer_still_processes_an_event()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false);
        await node.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        await using DeafProxy proxy = new(redis.Port);
        RelaySource source = new(Relays.Options(redis, proxy.Configuration));
        TaskCompletionSource held = new();
        TaskCompletionSource holds = new();
        await using RelayReading reading = new(source, each: () =>
        {
            holds.TrySetResult();
            return held.Task;
        });
        await Relays.PublishAsync(simulator, 1, 1);
        await holds.Task.WaitAsync(Token);
        proxy.Open.Should().BePositive();

        await source.DisposeAsync().AsTask().WaitAsync(GiveUp, Token);
        await Relays.WhenAsync(() => proxy.Open == 0);
        reading.Ended.IsCompleted.Should().BeFalse();
        held.SetResult();
        await reading.Ended.WaitAsync(GiveUp, Token);
    }

    /// <summary>A message with a long member that no reader knows.</summary>
    private static byte[] LargeMessage(int number)
    {
        ArrayBufferWriter<byte> written = new();
        MarketSnapshotSerializer.Serialize(new MarketSnapshot { Channel = "IME Stream", Contract = ContractKey.Name(Relays.Contract), Aggregate = new Aggregate { TradeCount = number } }, written);
        return [.. written.WrittenSpan[..^1], .. Encoding.ASCII.GetBytes($",\"padding\":\"{new string('x', 200_000)}\"}}")];
    }

    private async Task MeasuredAsync(string what, Task task)
    {
        long start = Stopwatch.GetTimestamp();
        await task.WaitAsync(GiveUp, Token);
        output.WriteLine($"{what}: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
    }
}
