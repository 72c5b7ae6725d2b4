using System.Globalization;
using HedgeTech.Ime.Relay.Protocol;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace HedgeTech.Ime.Relay.Tests;

/// <summary>Tests readers that start at a time, <see cref="RelayOptions.From"/>.</summary>
public sealed class StartTimeTests
{
    private static readonly string Stream = new RelayKeys("test").Stream;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_from_a_time_in_the_past_gets_every_message_since_then_and_then_the_new_ones()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using RunningRelay relay = await RunningRelay.StartAsync(redis);
        await PublishAsync(relay, 1, 50);
        DateTimeOffset from = await AfterLastEntryAsync(redis);
        await PublishAsync(relay, 51, 1500); // takes several reads

        await using RelaySource source = NewSource(redis, from);
        await using RelayReading reading = new(source);
        await reading.WaitForAsync(1500);
        await relay.PublishAsync(1501, 1600);
        await reading.WaitForAsync(1600);

        reading.Numbers.Should().Equal(Numbers(51, 1600));
        reading.Events.Should().NotContain(static happened => happened is SnapshotsDropped);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2025)]
    public async Task A_reader_from_a_time_before_the_log_starts_with_the_oldest_message_of_the_log(int year)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using RunningRelay relay = await RunningRelay.StartAsync(redis);
        await PublishAsync(relay, 1, 50);
        DateTimeOffset kept = await AfterLastEntryAsync(redis);
        await PublishAsync(relay, 51, 100);
        await redis.RunAsync($"XTRIM {Stream} MINID {kept.ToUnixTimeMilliseconds()}"); // as retention does

        await using RelaySource source = NewSource(redis, year == 0 ? DateTimeOffset.MinValue : new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using RelayReading reading = new(source);
        await reading.WaitForAsync(100);
        await relay.PublishAsync(101, 150);
        await reading.WaitForAsync(150);

        reading.Numbers.Should().Equal(Numbers(51, 150));
        reading.Events.Should().NotContain(static happened => happened is SnapshotsDropped);
    }

    [Fact]
    public async Task A_reader_from_a_time_before_the_first_publisher_gets_its_first_message()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        TestLog log = new();
        FakeTimeProvider clock = new(); // stands still while the first messages are published
        await using RelaySource source = NewSource(redis, DateTimeOffset.UtcNow.AddHours(-1), log, clock);
        await using RelayReading reading = new(source);
        await Relays.WhenAsync(() => !log.Warnings.IsEmpty); // the reader has found nothing

        await using RelayNode node = new(simulator, redis, hot: false);
        await simulator.WhenSubscribedAsync(1, Token);
        await Relays.PublishAsync(simulator, 1, 50);
        await Relays.WhenAsync(() => node.Publisher.Statistics.Messages == 50);
        await Relays.WhenAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            return reading.Last == 50;
        });

        reading.Numbers.Should().Equal(Numbers(1, 50));
    }

    [Fact]
    public async Task A_reader_from_a_time_after_the_last_message_starts_with_that_message()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using RunningRelay relay = await RunningRelay.StartAsync(redis);
        await PublishAsync(relay, 1, 50);

        await using RelaySource source = NewSource(redis, DateTimeOffset.UtcNow.AddHours(1));
        await using RelayReading reading = new(source);
        await reading.WaitForAsync(50);
        await relay.PublishAsync(51, 100);
        await reading.WaitForAsync(100);

        reading.Numbers.Should().Equal(Numbers(50, 100));
    }

    /// <summary>Lets the service send messages, and waits until they are in the log.</summary>
    private static async Task PublishAsync(RunningRelay relay, int from, int to)
    {
        await relay.PublishAsync(from, to);
        await Relays.WhenAsync(() => relay.Leader.Publisher.Statistics.Messages == to);
    }

    /// <summary>Returns a time of Redis that is after the last entry of the log, and not after the next one.</summary>
    private static async Task<DateTimeOffset> AfterLastEntryAsync(LocalRedis redis)
    {
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        StreamEntry[] last = await connection.GetDatabase().StreamRangeAsync(Stream, count: 1, messageOrder: Order.Descending);
        long written = long.Parse(((string)last[0].Id!).Split('-')[0], CultureInfo.InvariantCulture);
        long now = 0;
        while (now <= written)
        {
            now = new DateTimeOffset(await connection.GetServers()[0].TimeAsync()).ToUnixTimeMilliseconds();
        }

        return DateTimeOffset.FromUnixTimeMilliseconds(now);
    }

    private static RelaySource NewSource(LocalRedis redis, DateTimeOffset from, TestLog? log = null, TimeProvider? timeProvider = null)
    {
        RelayOptions options = Relays.Options(redis);
        options.From = from;
        return new RelaySource(options, log, timeProvider);
    }

    private static IEnumerable<long> Numbers(int first, int last) => Enumerable.Range(first, last - first + 1).Select(static number => (long)number);
}
