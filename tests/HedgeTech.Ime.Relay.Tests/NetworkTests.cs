using System.Globalization;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Relay.Tests;

/// <summary>Tests a network to Redis that fails silently.</summary>
public sealed class NetworkTests
{
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(15);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_reconnects_after_its_connection_fails_silently_and_misses_nothing()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using RelayNode node = new(simulator, redis, hot: false);
        await node.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        await using DeafProxy proxy = new(redis.Port);
        await using RelaySource source = new(Relays.Options(redis, proxy.Configuration));
        await using RelayReading reading = new(source);
        int published = await Relays.PublishUntilReadAsync(simulator, 0, reading);
        int first = (int)reading.Numbers[0];

        proxy.Freeze();
        published = await Relays.PublishUntilReadAsync(simulator, published, reading);

        reading.Numbers.Should().Equal(Enumerable.Range(first, published - first + 1).Select(static number => (long)number));
        reading.Others.Should().ContainInOrder("FeedInterrupted", "FeedResumed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_publisher_reconnects_after_its_connection_fails_silently_and_publishes_the_messages_of_that_time(bool hot)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using DeafProxy proxy = new(redis.Port);
        await using RelayNode node = new(simulator, redis, hot, proxy.Configuration);
        await node.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        await using RelaySource source = new(Relays.Options(redis));
        await using RelayReading reading = new(source);
        int published = await Relays.PublishUntilReadAsync(simulator, 0, reading);
        int first = (int)reading.Numbers[0];
        int connections = proxy.Accepted;

        proxy.Freeze();
        published = await Relays.PublishUntilReadAsync(simulator, published, reading).WaitAsync(GiveUp, Token);

        reading.Numbers.Should().Equal(Enumerable.Range(first, published - first + 1).Select(static number => (long)number));
        proxy.Accepted.Should().BeGreaterThan(connections);
        node.Log.Warnings.Select(static warning => Regex.Match(warning, "^Redis did not answer the publisher of the relay 'test' for (.*). The publisher has connected again.$"))
            .Should().Contain(static match => match.Success && TimeSpan.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) > TimeSpan.FromSeconds(2), "the log says for how long");
    }

    [Fact]
    public async Task The_disposal_of_publisher_and_source_completes_although_no_packet_passes()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using ImeSimulator simulator = await Relays.StartAsync();
        await using DeafProxy proxy = new(redis.Port);
        await using RelayNode node = new(simulator, redis, hot: true, proxy.Configuration);
        await node.WhenLeadingAsync();
        await simulator.WhenSubscribedAsync(1, Token);
        await using RelaySource source = new(Relays.Options(redis, proxy.Configuration));
        await using RelayReading reading = new(source);
        await Relays.PublishUntilReadAsync(simulator, 0, reading);

        proxy.AcceptsNew = false;
        proxy.Freeze();
        await Relays.WhenAsync(() => reading.Others.Contains("FeedInterrupted")); // the reader tries to connect
        await source.DisposeAsync().AsTask().WaitAsync(GiveUp, Token);
        await reading.Ended.WaitAsync(GiveUp, Token);
        await node.Publisher.DisposeAsync().AsTask().WaitAsync(GiveUp, Token);
    }
}
