using System.Text;
using HedgeTech.Ime.Streaming.Session;
using HedgeTech.Ime.Tests.Connection;
using HedgeTech.Ime.Tests.Json;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Messages that arrive together are reported to the feed together. The consumer sees no difference.</summary>
public sealed class GatheringTests
{
    private static readonly byte[] Nonsense = RawSession.Frame(RawSession.Text, "nonsense"u8.ToArray());
    private static readonly byte[] Goodbye = RawSession.Frame(RawSession.Close, [0x03, 0xE9]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rejected_messages_and_the_end_keep_their_places_between_messages_that_arrive_with_them(bool dedicatedThreads)
    {
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.AcceptWebSocketAsync();
            await session.SendAsync([.. Snapshot(1), .. Snapshot(2), .. Nonsense, .. Snapshot(3), .. Snapshot(4), .. Goodbye]);
            await session.HoldAsync();
        });
        await using ImeClient client = Client(peer, dedicatedThreads);
        await using MarketFeed feed = client.OpenFeed(ContractSet.ByName("SAFAB03"));
        List<string> events = [];
        await foreach (FeedEvent next in feed.ReadEventsAsync(Patience.Token))
        {
            events.Add(next is MarketSnapshot snapshot ? $"{snapshot.Aggregate.TradeCount}" : next.GetType().Name);
            if (next is FeedInterrupted)
            {
                break;
            }
        }

        events.Should().Equal(nameof(FeedConnected), "1", "2", nameof(FrameRejected), "3", "4", nameof(FeedInterrupted));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_is_delivered_before_the_rest_of_the_next_one_arrives(bool dedicatedThreads)
    {
        using SemaphoreSlim received = new(0);
        byte[] third = Snapshot(3);
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.AcceptWebSocketAsync();
            await session.SendAsync([.. Snapshot(1), .. Snapshot(2), .. third[..100]]);
            await received.WaitAsync(session.Stopped);
            await received.WaitAsync(session.Stopped);
            await session.SendAsync(third[100..]);
            await session.HoldAsync();
        });
        await using ImeClient client = Client(peer, dedicatedThreads);
        List<long> numbers = [];
        await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(["SAFAB03"], Patience.Token))
        {
            numbers.Add(snapshot.Aggregate.TradeCount);
            received.Release();
            if (numbers.Count == 3)
            {
                break;
            }
        }

        numbers.Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task A_loop_that_holds_the_thread_gets_a_rejected_message_unchanged_and_in_its_place()
    {
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.AcceptWebSocketAsync();
            await session.SendAsync([.. Snapshot(1), .. Snapshot(2), .. Nonsense, .. Snapshot(3), .. Snapshot(4)]);
            await session.HoldAsync();
        });
        await using ImeClient client = Client(peer, dedicatedThreads: true);
        await using MarketFeed feed = client.OpenFeed(ContractSet.ByName("SAFAB03"));
        CancellationToken patience = Patience.Token;
        List<string> events = [];
        await foreach (FeedEvent next in feed.ReadEventsAsync(patience))
        {
            events.Add(next switch
            {
                MarketSnapshot snapshot => $"{snapshot.Aggregate.TradeCount}",
                FrameRejected rejected => Encoding.UTF8.GetString(rejected.Frame.Span),
                _ => next.GetType().Name,
            });

            // Meanwhile another thread receives the next messages into the same buffer.
            SpinWait.SpinUntil(() => events.Count < 2 || feed.Statistics.Received == 4 || patience.IsCancellationRequested);
            if (events.Count == 6)
            {
                break;
            }
        }

        events.Should().Equal(nameof(FeedConnected), "1", "2", "nonsense", "3", "4");
    }

    [Fact]
    public async Task Messages_that_arrive_together_are_reported_together()
    {
        // The clock advances by a millisecond each time it is read.
        FakeTimeProvider clock = new(new DateTimeOffset(2025, 11, 15, 9, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.AcceptWebSocketAsync();
            await session.SendAsync([.. Snapshot(1), .. Snapshot(2), .. Snapshot(3)]);
            await session.HoldAsync();
        });
        await using ImeClient client = new(new ImeClientOptions { BaseAddress = peer.Address, AccessToken = "token" }, timeProvider: clock);
        List<DateTimeOffset> times = [];
        await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(["SAFAB03"], Patience.Token))
        {
            times.Add(snapshot.ReceivedAt);
            if (times.Count == 3)
            {
                break;
            }
        }

        times.Distinct().Should().ContainSingle();
    }

    [Theory]
    [InlineData(FeedDelivery.EverySnapshot, FeedOverflow.Conflate, 4096, 16)]
    [InlineData(FeedDelivery.EverySnapshot, FeedOverflow.DropOldest, 5, 5)] // one more message would drop the first, although the consumer waits
    [InlineData(FeedDelivery.EverySnapshot, FeedOverflow.Conflate, 1, 1)]
    [InlineData(FeedDelivery.EverySnapshot, FeedOverflow.Wait, 4096, 1)] // more messages could exceed the capacity
    [InlineData(FeedDelivery.LatestPerContract, FeedOverflow.Conflate, 4096, 1)] // one message would replace another, although the consumer waits
    public void Messages_reported_together_never_drop_one_another(FeedDelivery delivery, FeedOverflow overflow, int capacity, int most) =>
        LineReader.MaxBatchSizeOf(new FeedOptions { Delivery = delivery, Overflow = overflow, Capacity = capacity }).Should().Be(most);

    private static ImeClient Client(RawPeer peer, bool dedicatedThreads)
    {
        ImeClientOptions options = new() { BaseAddress = peer.Address, AccessToken = "token" };
        options.Connection.DedicatedThreads = dedicatedThreads;
        return new ImeClient(options);
    }

    private static byte[] Snapshot(int number) =>
        RawSession.Frame(RawSession.Text, Encoding.UTF8.GetBytes(WireObject.Complete().Set("data.Aggregate.trade_count", $"{number}").ToText()));
}
