using System.Text;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Tests what the consumer gets, and which events report what it misses.</summary>
public sealed class DeliveryTests
{
    [Theory]
    [InlineData(FeedDelivery.EverySnapshot, FeedOverflow.Conflate)]
    [InlineData(FeedDelivery.EverySnapshot, FeedOverflow.DropOldest)]
    [InlineData(FeedDelivery.LatestPerContract, FeedOverflow.Conflate)]
    public async Task A_consumer_that_stalls_gets_the_exact_number_of_missed_snapshots(FeedDelivery delivery, FeedOverflow overflow)
    {
        await using Simulated simulated = await Simulated.StartAsync();
        FeedOptions options = new() { Delivery = delivery, Overflow = overflow, Capacity = 50 };
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts, options);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        await events.MoveNextAsync();
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1000);
        SimulatorConnection connection = simulated.Server.Connections[0];

        // The client rejects this marker. Once it counts the rejection, it has received every earlier message.
        await connection.SendTextAsync("end", simulated.Cancellation);
        while (feed.Statistics.Rejected == 0)
        {
            simulated.Cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        FeedStatistics stalled = feed.Statistics;
        stalled.Received.Should().Be(1000);
        stalled.Waiting.Should().Be(delivery == FeedDelivery.LatestPerContract ? 1 : 50);

        List<FeedEvent> read = await Simulated.ReadUntilAsync(events, static e => e is FrameRejected);
        List<MarketSnapshot> snapshots = [.. read.OfType<MarketSnapshot>()];
        FeedStatistics statistics = feed.Statistics;
        (statistics.Delivered + statistics.Dropped + statistics.Replaced + statistics.Waiting).Should().Be(1000);
        statistics.Delivered.Should().Be(snapshots.Count);
        read.OfType<SnapshotsDropped>().Sum(static dropped => dropped.Count).Should().Be(statistics.Dropped);
        snapshots.Select(static snapshot => snapshot.Aggregate.TradeCount).Should().BeInAscendingOrder();
        snapshots[^1].Aggregate.TradeCount.Should().Be(1000, "the newest state always arrives");
        if (delivery == FeedDelivery.EverySnapshot)
        {
            read[0].Should().BeOfType<SnapshotsDropped>().Which.Count.Should().Be(950);
        }
        else
        {
            statistics.Replaced.Should().Be(999);
        }
    }

    [Fact]
    public async Task With_Wait_a_slow_consumer_loses_nothing()
    {
        await using Simulated simulated = await Simulated.StartAsync();
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts, new FeedOptions { Overflow = FeedOverflow.Wait, Capacity = 3 });
        await using IAsyncEnumerator<MarketSnapshot> snapshots = feed.GetAsyncEnumerator(simulated.Cancellation);
        ValueTask<bool> first = snapshots.MoveNextAsync();
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(500);
        (await first).Should().BeTrue();
        for (int number = 1; number <= 500; number++)
        {
            snapshots.Current.Aggregate.TradeCount.Should().Be(number);
            feed.Statistics.Waiting.Should().BeLessThanOrEqualTo(3);
            if (number < 500)
            {
                await snapshots.MoveNextAsync();
            }
        }

        feed.Statistics.Dropped.Should().Be(0);
    }

    [Fact]
    public async Task Messages_that_are_not_snapshots_are_rejected_with_their_bytes_and_the_stream_continues()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Connection.MaxMessageBytes = 10_000);
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts, new FeedOptions { KeepFrames = true });
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        await events.MoveNextAsync();
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        SimulatorConnection connection = simulated.Server.Connections[0];
        string other = """{"channel":"News","contractName":"A","data":{}}""";
        string snapshot = $$$"""{"channel":"IME Stream","contractName":"{{{Simulated.Contract}}}","data":{"ContractInfo":{"open_interest":7} } }""";
        await connection.SendTextAsync("hello", simulated.Cancellation);
        await connection.SendTextAsync(other, simulated.Cancellation);
        await connection.SendTextAsync("", simulated.Cancellation);
        await connection.SendTextAsync(new string('x', 50_000), simulated.Cancellation);
        await connection.SendBinaryAsync(Encoding.UTF8.GetBytes(snapshot), simulated.Cancellation);
        await connection.SendSplitAsync(Encoding.UTF8.GetBytes(snapshot), 7, simulated.Cancellation);

        List<FeedEvent> read = [];
        for (int i = 0; i < 6; i++)
        {
            (await events.MoveNextAsync()).Should().BeTrue();
            read.Add(events.Current);
        }

        read.Select(static e => e.GetType()).Should().Equal(
            typeof(FrameRejected), typeof(FrameRejected), typeof(FrameRejected), typeof(FrameRejected), typeof(MarketSnapshot), typeof(MarketSnapshot));
        Encoding.UTF8.GetString(((FrameRejected)read[0]).Frame.Span).Should().Be("hello");
        ((FrameRejected)read[1]).Reason.Should().Contain("News");
        ((FrameRejected)read[2]).Frame.Length.Should().Be(0);
        ((FrameRejected)read[3]).Should().Match<FrameRejected>(e => e.Reason.Contains("50000") && e.Frame.Length > 0 && e.Frame.Length < 1000);
        foreach (MarketSnapshot received in read.OfType<MarketSnapshot>())
        {
            received.ContractInfo.OpenInterest.Should().Be(7);
            Encoding.UTF8.GetString(received.Frame.Span).Should().Be(snapshot);
        }

        feed.Statistics.Should().Match<FeedStatistics>(s => s.Rejected == 4 && s.Received == 2 && s.Reconnects == 0);
    }

    [Fact]
    public async Task Names_and_ids_on_several_connections_are_one_stream_in_order_per_contract()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Connection.MaxContractsPerConnection = 2);
        List<SimulatorContract> contracts = [.. simulated.Server.Contracts.Where(static contract => contract.Id is not null).Take(8)];
        ContractSet set = new(contracts.Select(static (contract, index) => index % 2 == 0 ? ContractKey.Name(contract.Code) : ContractKey.Id(contract.Id!)));
        await using MarketFeed feed = simulated.Client.OpenFeed(set);
        await using IAsyncEnumerator<MarketSnapshot> snapshots = feed.GetAsyncEnumerator(simulated.Cancellation);
        ValueTask<bool> first = snapshots.MoveNextAsync();
        await simulated.Server.WhenSubscribedAsync(4, simulated.Cancellation);
        for (int round = 0; round < 50; round++)
        {
            foreach (ContractKey contract in set)
            {
                await simulated.Server.PublishAsync(contract, simulated.Cancellation);
            }
        }

        Dictionary<ContractKey, long> last = [];
        (await first).Should().BeTrue();
        for (int received = 1; received <= 400; received++)
        {
            MarketSnapshot snapshot = snapshots.Current;
            snapshot.Aggregate.TradeCount.Should().Be(last.GetValueOrDefault(snapshot.Contract) + 1);
            last[snapshot.Contract] = snapshot.Aggregate.TradeCount;
            if (received < 400)
            {
                (await snapshots.MoveNextAsync()).Should().BeTrue();
            }
        }

        last.Keys.Should().BeEquivalentTo(set);
        last.Values.Should().OnlyContain(static count => count == 50);
        simulated.Server.Logins.Should().ContainSingle("all connections share one token");
    }

    [Fact]
    public async Task Contracts_in_a_request_line_that_the_server_finds_too_long_are_halved_and_the_length_is_remembered()
    {
        await using Simulated simulated = await Simulated.StartAsync(static server =>
        {
            server.AcceptAnyContract = true;
            server.MaxRequestLineBytes = 1000;
        });
        ContractSet contracts = ContractSet.ByName(Enumerable.Range(0, 12).Select(static i => $"قرارداد آتی زعفران نگین {i}"));
        await using MarketFeed feed = simulated.Client.OpenFeed(contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        List<ContractKey> connected = [];
        while (connected.Count < contracts.Count)
        {
            (await events.MoveNextAsync()).Should().BeTrue();
            connected.AddRange(events.Current.Should().BeOfType<FeedConnected>().Subject.Contracts);
        }

        connected.Should().BeEquivalentTo(contracts);
        simulated.Server.Handshakes.SelectMany(static handshake => handshake.Connection is null ? [] : handshake.Contracts).Should().BeEquivalentTo(contracts, "names arrive unchanged");
        int handshakes = simulated.Server.Handshakes.Count;
        int refused = simulated.Server.Handshakes.Count(static handshake => handshake.Connection is null);
        refused.Should().BePositive();

        await using MarketFeed second = simulated.Client.OpenFeed(contracts);
        await using IAsyncEnumerator<FeedEvent> again = second.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        for (int carried = 0; carried < contracts.Count;)
        {
            (await again.MoveNextAsync()).Should().BeTrue();
            carried += ((FeedConnected)again.Current).Contracts.Count;
        }

        int shortestRefused = simulated.Server.Handshakes.Take(handshakes).Where(static handshake => handshake.Connection is null).Min(static handshake => handshake.Target.Length);
        simulated.Server.Handshakes.Skip(handshakes).Should().OnlyContain(handshake => handshake.Target.Length < shortestRefused, "a length that failed is not tried again");
    }
}
