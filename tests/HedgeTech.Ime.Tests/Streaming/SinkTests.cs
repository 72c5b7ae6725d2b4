using System.Net;
using System.Text;
using HedgeTech.Ime.Testing;
using HedgeTech.Ime.Tests.Connection;
using HedgeTech.Ime.Tests.Json;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Tests the calls that the sinks of a feed get, on real sockets.</summary>
public sealed class SinkTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_sink_gets_the_received_bytes_of_each_message_even_if_messages_arrive_together(bool dedicatedThreads, bool keepFrames)
    {
        byte[][] messages = [.. Enumerable.Range(1, 40).Select(static number => Encoding.UTF8.GetBytes(WireObject.Complete().Set("data.Aggregate.trade_count", $"{number}").ToText(isSpaced: number % 2 == 0)))];
        byte[] nonsense = "nonsense"u8.ToArray();
        await using RawPeer peer = RawPeer.Start(async session =>
        {
            await session.AcceptWebSocketAsync();
            await session.SendAsync([.. messages[..20].SelectMany(static bytes => RawSession.Frame(RawSession.Text, bytes)), .. RawSession.Frame(RawSession.Text, nonsense)]);
            await session.SendAsync([.. messages[20..].SelectMany(static bytes => RawSession.Frame(RawSession.Text, bytes))]);
            await session.HoldAsync();
        });
        ProbeSink sink = new();
        ImeClientOptions options = new() { BaseAddress = peer.Address, AccessToken = "token" };
        options.Connection.DedicatedThreads = dedicatedThreads;
        options.Feed.KeepFrames = keepFrames;
        options.Feed.Sinks.Add(sink);
        await using ImeClient client = new(options);
        int count = 0;
        await foreach (MarketSnapshot snapshot in client.StreamByNameAsync(["SAFAB03"], Patience.Token))
        {
            if (++count == messages.Length)
            {
                break;
            }
        }

        sink.Snapshots.Select(static call => Encoding.UTF8.GetString(call.Frame)).Should().Equal(messages.Select(static bytes => Encoding.UTF8.GetString(bytes)));
        ProbeCall[] all = [.. sink.Calls.Where(static call => call.Event is not null)];
        all[0].Event.Should().BeOfType<FeedConnected>();
        all[21].Event.Should().BeOfType<FrameRejected>().Which.Frame.ToArray().Should().Equal(nonsense);
    }

    [Fact]
    public async Task With_two_lines_of_which_one_is_often_lost_a_sink_gets_each_message_once_in_order_with_its_bytes()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}.");
        Random random = new(seed);
        ProbeSink sink = new();
        await using Simulated simulated = await Simulated.StartAsync(client: options =>
        {
            options.Feed.Redundancy = 2;
            options.Feed.Sinks.Add(sink);
        });
        await using Numbered stream = new(simulated);
        long published = 0;
        for (int kills = 0; kills < 4; kills++)
        {
            await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);
            await PublishAsync(200);
            IReadOnlyList<SimulatorConnection> open = simulated.Server.Connections;
            SimulatorConnection killed = open[random.Next(open.Count)];
            killed.Stall();
            await PublishAsync(1);
            await stream.CaughtUpAsync(Simulated.Contract, published);
            killed.Unstall();
            await PublishAsync(20);
            killed.Drop();
            await killed.Ended.WaitAsync(simulated.Cancellation);
        }

        await PublishAsync(10);
        await stream.CaughtUpAsync(Simulated.Contract, published);

        sink.Numbers.Should().Equal(Enumerable.Range(1, (int)published).Select(static number => (long)number));
        sink.Snapshots.Should().AllSatisfy(static call => MarketSnapshotSerializer.Deserialize(call.Frame).Aggregate.Should().Be(((MarketSnapshot)call.Event!).Aggregate));
        sink.HasOverlapped.Should().BeFalse("the feed makes one call at a time");
        stream.NumbersOf(Simulated.Contract).Should().Equal(sink.Numbers);

        async Task PublishAsync(int count)
        {
            await simulated.PublishAsync(count);
            published += count;
        }
    }

    [Fact]
    public async Task During_rotations_a_sink_gets_each_message_once_in_order_with_its_bytes()
    {
        ProbeSink sink = new();
        await using Simulated simulated = await Simulated.StartAsync(
            static server =>
            {
                // The server keeps lines open after their tokens expire. Otherwise, a late rotation on a busy machine would be an outage.
                server.Tokens.Lifetime = TimeSpan.FromSeconds(2);
                server.Tokens.CloseOnExpiry = false;
                server.SubscribeDelay = TimeSpan.FromMilliseconds(5);
            },
            client => client.Feed.Sinks.Add(sink));
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await feed.ConnectAsync(simulated.Cancellation); // nothing enumerates the feed
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        long published = 0;
        while (simulated.Server.Logins.Count < 3)
        {
            await simulated.PublishAsync(5);
            published += 5;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, simulated.Cancellation);
        }

        await sink.WhenNumberAsync(published, simulated.Cancellation);

        sink.Calls.Should().NotContain(static call => call.Event is FeedInterrupted, "there is no outage in which a message could be missed");
        sink.Numbers.Should().Equal(Enumerable.Range(1, (int)published).Select(static number => (long)number));
        sink.Snapshots.Should().AllSatisfy(static call => MarketSnapshotSerializer.Deserialize(call.Frame).Aggregate.Should().Be(((MarketSnapshot)call.Event!).Aggregate));
        sink.HasOverlapped.Should().BeFalse("the feed makes one call at a time");
    }

    [Fact]
    public async Task A_sink_gets_the_snapshots_that_the_buffer_drops_and_no_report_of_the_drop()
    {
        ProbeSink sink = new();
        await using Simulated simulated = await Simulated.StartAsync(client: options =>
        {
            options.Feed.Capacity = 2;
            options.Feed.Sinks.Add(sink);
        });
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(simulated.Cancellation);
        await events.MoveNextAsync();
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(20);
        await sink.WhenNumberAsync(20, simulated.Cancellation);
        List<FeedEvent> taken = await Simulated.ReadUntilAsync(events, static next => next is MarketSnapshot { Aggregate.TradeCount: 20 });

        taken.OfType<SnapshotsDropped>().Sum(static dropped => dropped.Count).Should().Be(18);
        sink.Numbers.Should().Equal(Enumerable.Range(1, 20).Select(static number => (long)number));
        sink.Calls.Should().NotContain(static call => call.Event is SnapshotsDropped);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_snapshot_reaches_the_consumer_after_every_sink_has_returned_from_the_end_of_the_batch(bool dedicatedThreads)
    {
        using ManualResetEventSlim release = new();
        ProbeSink sink = new(call =>
        {
            if (call.Method == nameof(IFeedSink.OnBatchEnd))
            {
                release.Wait(Patience.Token);
            }
        });
        await using Simulated simulated = await Simulated.StartAsync(client: options =>
        {
            options.Connection.DedicatedThreads = dedicatedThreads;
            options.Feed.Sinks.Add(sink);
        });
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(simulated.Cancellation);
        ValueTask<bool> first = events.MoveNextAsync();
        await sink.WhenAsync(static calls => calls.Any(static call => call.Method == nameof(IFeedSink.OnBatchEnd)), simulated.Cancellation);

        first.IsCompleted.Should().BeFalse("the sink has not returned");
        feed.Statistics.Waiting.Should().Be(0, "the statistics can be read while a sink blocks");
        release.Set();
        (await first).Should().BeTrue();
        events.Current.Should().BeOfType<FeedConnected>();
    }

    [Theory]
    [InlineData("loop")]
    [InlineData("token")]
    [InlineData("feed")]
    [InlineData("client")]
    [InlineData("refusal")]
    public async Task The_end_comes_once_and_last_with_the_exception_that_ended_the_feed(string by)
    {
        ProbeSink sink = new();
        await using Simulated simulated = await Simulated.StartAsync(client: options => options.Feed.Sinks.Add(sink));
        if (by == "refusal")
        {
            simulated.Server.RefuseHandshakes(HttpStatusCode.Forbidden);
        }

        MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        using CancellationTokenSource caller = CancellationTokenSource.CreateLinkedTokenSource(simulated.Cancellation);
        Exception? thrown = await Record.ExceptionAsync(async () =>
        {
            await foreach (FeedEvent next in feed.ReadEventsAsync(caller.Token))
            {
                switch (by)
                {
                    case "loop":
                        return;
                    case "token":
                        await caller.CancelAsync();
                        break;
                    case "feed":
                        await feed.DisposeAsync();
                        break;
                    case "client":
                        await simulated.Client.DisposeAsync();
                        break;
                }
            }
        });
        await feed.DisposeAsync();

        sink.Calls.Count(static call => call.Method == nameof(IFeedSink.OnEnd)).Should().Be(1);
        sink.Calls[^1].Method.Should().Be(nameof(IFeedSink.OnEnd));
        sink.Calls[^1].Exception.Should().BeSameAs(by == "refusal" ? thrown : null);
        (thrown is null).Should().Be(by is not ("token" or "refusal"));
    }

    [Fact]
    public async Task A_feed_that_never_starts_calls_no_sink()
    {
        ProbeSink sink = new();
        await using Simulated simulated = await Simulated.StartAsync(client: options => options.Feed.Sinks.Add(sink));
        await using (simulated.Client.OpenFeed(Simulated.Contracts))
        {
        }

        sink.Calls.Should().BeEmpty();
    }
}
