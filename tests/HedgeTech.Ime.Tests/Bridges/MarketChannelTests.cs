using System.Threading.Channels;
using HedgeTech.Ime.Tests.Streaming;

namespace HedgeTech.Ime.Tests.Bridges;

public sealed class MarketChannelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_channel_passes_on_every_snapshot_in_order_and_completes_with_the_stream()
    {
        await using MarketChannel<MarketSnapshot> channel = Given.Snapshots(1000).SnapshotsAsync(Cancellation).ToChannel(4, cancellationToken: Cancellation);

        List<long> numbers = await channel.ReadAllAsync(Cancellation).Select(static one => one.Aggregate.TradeCount).ToListAsync(Cancellation);

        numbers.Should().Equal(Enumerable.Range(1, 1000).Select(static number => (long)number));
        channel.Dropped.Should().Be(0);
        channel.Completion.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Theory]
    [InlineData(BoundedChannelFullMode.DropOldest, "8 9 10")]
    [InlineData(BoundedChannelFullMode.DropNewest, "1 2 10")]
    [InlineData(BoundedChannelFullMode.DropWrite, "1 2 3")]
    public async Task A_full_channel_drops_according_to_its_mode_and_counts_the_drops_exactly(BoundedChannelFullMode mode, string kept)
    {
        Given given = Given.Snapshots(10);
        await using MarketChannel<FeedEvent> channel = given.EventsAsync(Cancellation).ToChannel(3, mode, Cancellation);
        await given.Left.WaitAsync(Cancellation);

        List<long> numbers = await channel.ReadAllAsync(Cancellation).Select(static one => ((MarketSnapshot)one).Aggregate.TradeCount).ToListAsync(Cancellation);

        string.Join(' ', numbers).Should().Be(kept);
        channel.Dropped.Should().Be(7);
        channel.ToString().Should().Be("0 waiting, 7 dropped");
    }

    [Fact]
    public async Task A_full_channel_that_waits_stops_reading_the_stream()
    {
        Given given = Given.Snapshots(10);
        await using MarketChannel<FeedEvent> channel = given.EventsAsync(Cancellation).ToChannel(3, cancellationToken: Cancellation);

        await channel.WaitToReadAsync(Cancellation);
        (await channel.ReadAsync(Cancellation)).Should().Be(Given.Snapshot(1));
        channel.TryPeek(out _);

        given.Taken.Should().BeLessThanOrEqualTo(5, "one item is read, three wait in the channel and one waits for room in it");
        given.Left.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task The_exception_that_ends_the_stream_reaches_the_reader_after_the_waiting_items()
    {
        InvalidOperationException failure = new("The stream broke.");
        await using MarketChannel<FeedEvent> channel = Given.Snapshots(2, failure).EventsAsync(Cancellation).ToChannel(8, cancellationToken: Cancellation);
        List<FeedEvent> read = [];

        Func<Task> reading = async () => read.AddRange(await channel.ReadAllAsync(Cancellation).Select(one => Keep(one)).ToListAsync(Cancellation));

        (await reading.Should().ThrowAsync<InvalidOperationException>()).Which.Should().BeSameAs(failure);
        read.Should().Equal(Given.Snapshot(1), Given.Snapshot(2));

        FeedEvent Keep(FeedEvent one)
        {
            read.Add(one);
            return one;
        }
    }

    [Fact]
    public async Task Cancellation_ends_the_stream_and_a_read_throws_with_the_token_of_the_caller()
    {
        using CancellationTokenSource caller = new();
        Given given = Given.Snapshots(1, endless: true);
        await using MarketChannel<FeedEvent> channel = given.EventsAsync(Cancellation).ToChannel(8, cancellationToken: caller.Token);
        await channel.ReadAsync(Cancellation);

        await caller.CancelAsync();

        Func<Task> reading = async () => await channel.WaitToReadAsync(Cancellation);
        (await reading.Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(caller.Token);
        await given.Left.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Disposing_of_a_channel_ends_the_stream_and_keeps_the_waiting_items_readable()
    {
        Given given = Given.Snapshots(2, endless: true);
        MarketChannel<FeedEvent> channel = given.EventsAsync(Cancellation).ToChannel(8, cancellationToken: Cancellation);
        await channel.WaitToReadAsync(Cancellation);

        await channel.DisposeAsync();
        await channel.DisposeAsync();

        given.Left.IsCompleted.Should().BeTrue();
        (await channel.ReadAllAsync(Cancellation).CountAsync(Cancellation)).Should().Be(channel.Count + given.Taken);
        channel.Completion.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public async Task Disposing_of_a_full_channel_does_not_wait_for_a_reader()
    {
        Given given = Given.Snapshots(10);
        MarketChannel<FeedEvent> channel = given.EventsAsync(Cancellation).ToChannel(1, cancellationToken: Cancellation);
        await channel.WaitToReadAsync(Cancellation);

        await channel.DisposeAsync();

        given.Left.IsCompleted.Should().BeTrue();
    }

    [Fact]
    public void A_wrong_capacity_or_mode_is_refused_by_the_call()
    {
        Given given = Given.Snapshots(1);

        FluentActions.Invoking(() => given.EventsAsync(Cancellation).ToChannel(0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("capacity");
        FluentActions.Invoking(() => given.EventsAsync(Cancellation).ToChannel(1, (BoundedChannelFullMode)9)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => ((IAsyncEnumerable<FeedEvent>)null!).ToChannel(1)).Should().Throw<ArgumentNullException>();
        given.Taken.Should().Be(0);
    }

    [Fact]
    public async Task A_feed_that_fills_its_channel_keeps_the_newest_state_and_counts_what_it_drops()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Feed.Capacity = 2);
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using MarketChannel<FeedEvent> channel = feed.ReadEventsAsync(simulated.Cancellation).ToChannel(1, cancellationToken: simulated.Cancellation);
        (await channel.ReadAsync(simulated.Cancellation)).Should().BeOfType<FeedConnected>();

        await simulated.PublishAsync(50);
        long delivered = 0;
        long announced = 0;
        await foreach (FeedEvent next in channel.ReadAllAsync(simulated.Cancellation))
        {
            announced += next is SnapshotsDropped dropped ? dropped.Count : 0;
            delivered += next is MarketSnapshot ? 1 : 0;
            if (next is MarketSnapshot { Aggregate.TradeCount: var number } && delivered + announced == 50)
            {
                number.Should().Be(feed.Statistics.Received);
                break;
            }
        }

        feed.Statistics.Dropped.Should().Be(announced);
        channel.Dropped.Should().Be(0);
    }
}
