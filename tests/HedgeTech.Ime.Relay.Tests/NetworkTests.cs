using System.Globalization;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Relay.Tests.Protocol;
using HedgeTech.Ime.Relay.Tests.Running;

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
        await using DeafProxy proxy = new(redis.Port);
        await using RunningRelay relay = await RunningRelay.StartAsync(redis, readFrom: proxy.Configuration);
        int published = await relay.PublishUntilReadAsync(0);
        int first = (int)relay.Reading.Numbers[0];

        proxy.Freeze();
        published = await relay.PublishUntilReadAsync(published);

        relay.Reading.Numbers.Should().Equal(Enumerable.Range(first, published - first + 1).Select(static number => (long)number));
        relay.Reading.Others.Should().ContainInOrder("FeedInterrupted", "FeedResumed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_publisher_reconnects_after_its_connection_fails_silently_and_publishes_the_messages_of_that_time(bool hot)
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using DeafProxy proxy = new(redis.Port);
        await using RunningRelay relay = await RunningRelay.StartAsync(redis, hot, publishTo: proxy.Configuration);
        int published = await relay.PublishUntilReadAsync(0);
        int first = (int)relay.Reading.Numbers[0];
        int connections = proxy.Accepted;

        proxy.Freeze();
        published = await relay.PublishUntilReadAsync(published).WaitAsync(GiveUp, Token);

        relay.Reading.Numbers.Should().Equal(Enumerable.Range(first, published - first + 1).Select(static number => (long)number));
        proxy.Accepted.Should().BeGreaterThan(connections);
        relay.Leader.Log.Warnings.Select(static warning => Regex.Match(warning, "^Redis did not answer the publisher of the relay 'test' for ([0-9.]+) s. The publisher has connected again.$"))
            .Should().Contain(static match => match.Success && double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) > 2, "the log says for how long");
    }

    [Fact]
    public async Task The_disposal_of_publisher_and_source_completes_although_no_packet_passes()
    {
        await using LocalRedis redis = await LocalRedis.StartAsync();
        await using DeafProxy proxy = new(redis.Port);
        await using RunningRelay relay = await RunningRelay.StartAsync(redis, hot: true, publishTo: proxy.Configuration, readFrom: proxy.Configuration);
        await relay.PublishUntilReadAsync(0);

        proxy.AcceptsNew = false;
        proxy.Freeze();
        await Relays.WhenAsync(() => relay.Reading.Others.Contains("FeedInterrupted")); // the reader tries to connect
        await relay.Source.DisposeAsync().AsTask().WaitAsync(GiveUp, Token);
        await relay.Reading.Ended.WaitAsync(GiveUp, Token);
        await relay.Leader.Publisher.DisposeAsync().AsTask().WaitAsync(GiveUp, Token);
    }
}
