using System.Diagnostics;
using System.Globalization;
using HedgeTech.Ime.Testing;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>The feed finds, announces and replaces a mute line without a gap.</summary>
public sealed class SilenceTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_mute_line_is_announced_and_replaced_without_an_outage()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Feed.SilenceTimeout = TimeSpan.FromMilliseconds(300));
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        Task<List<FeedEvent>> first = Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await first;

        SimulatorConnection mute = simulated.Server.Connections[0];
        mute.Stall();
        List<FeedEvent> read = await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
        await simulated.Server.WhenAsync(server => server.Connections.Any(c => c != mute && c.IsSubscribed), simulated.Cancellation);
        await simulated.PublishAsync(1);
        read.AddRange(await Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot));

        read.Select(static e => e.GetType()).Should().Equal(typeof(FeedSilent), typeof(FeedConnected), typeof(MarketSnapshot));
        ((FeedSilent)read[0]).Silence.Should().BeGreaterThan(TimeSpan.FromMilliseconds(250));
        ((MarketSnapshot)read[2]).Aggregate.TradeCount.Should().Be(2);
        await mute.Ended.WaitAsync(simulated.Cancellation);
        feed.State.Should().Be(FeedState.Live);
    }

    [Fact]
    public async Task A_line_that_was_merely_quiet_loses_and_repeats_nothing_when_it_is_replaced()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Feed.SilenceTimeout = TimeSpan.FromMilliseconds(150));
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
        List<long> numbers = [];
        for (int replacement = 0; replacement < 8; replacement++)
        {
            // The market is quiet until the replacement is open. Then a burst arrives on both lines, so the feed receives each message twice and delivers it once.
            await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
            await simulated.PublishAsync(50);
            int last = (replacement + 1) * 50;
            List<FeedEvent> read = await Simulated.ReadUntilAsync(events, e => e is MarketSnapshot { Aggregate.TradeCount: var number } && number == last);
            numbers.AddRange(read.OfType<MarketSnapshot>().Select(static snapshot => snapshot.Aggregate.TradeCount));
        }

        numbers.Should().Equal(Enumerable.Range(1, 400).Select(static number => (long)number));
        feed.Statistics.Dropped.Should().Be(0);
    }

    [Fact]
    public async Task A_line_that_is_mute_from_its_start_is_replaced_although_it_was_never_proven()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options =>
        {
            options.Feed.SilenceTimeout = TimeSpan.FromMilliseconds(200);
            options.Reconnect.HealthyAfter = TimeSpan.FromMinutes(10);
        });
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        SimulatorConnection mute = simulated.Server.Connections[0];
        await Simulated.ReadUntilAsync(events, static e => e is FeedSilent);
        await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
        await simulated.Server.WhenAsync(server => !server.Connections.Contains(mute), simulated.Cancellation);
    }

    /// <summary><c>IME_SECONDS</c> sets the length of the quiet period. At 15 seconds, the time-out is the two seconds of a real feed.</summary>
    [Fact]
    public async Task A_quiet_market_causes_few_reconnects()
    {
        double seconds = double.TryParse(Environment.GetEnvironmentVariable("IME_SECONDS"), CultureInfo.InvariantCulture, out double asked) ? asked : 1.5;
        TimeSpan timeout = TimeSpan.FromSeconds(seconds * 2 / 15);
        await using Simulated simulated = await Simulated.StartAsync(client: options => options.Feed.SilenceTimeout = timeout);
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 1);
        Stopwatch time = Stopwatch.StartNew();
        SimulatorConnection mute = simulated.Server.Connections[0];
        mute.Stall();
        await stream.WhenAsync(static s => s.Events.OfType<FeedConnected>().Count() == 2);
        output.WriteLine($"Replaced after {time.Elapsed.TotalMilliseconds:0} ms of silence, at a time-out of {timeout.TotalMilliseconds:0} ms.");
        int handshakes = simulated.Server.Handshakes.Count;

        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, simulated.Cancellation);
        output.WriteLine($"{simulated.Server.Handshakes.Count - handshakes} reconnects in the next {seconds} s of quiet.");
        (simulated.Server.Handshakes.Count - handshakes).Should().BeLessThanOrEqualTo(3);
        await simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 2);
        stream.Events.OfType<FeedInterrupted>().Should().BeEmpty();
    }

    [Fact]
    public async Task Only_the_mute_line_of_several_is_replaced()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options =>
        {
            options.Connection.MaxContractsPerConnection = 1;
            options.Feed.SilenceTimeout = TimeSpan.FromMilliseconds(500);
        });
        string[] names = [.. simulated.Server.Contracts.Take(3).Select(static contract => contract.Code)];
        await using MarketFeed feed = simulated.Client.OpenFeed(ContractSet.ByName(names));
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        await events.MoveNextAsync();
        await simulated.Server.WhenSubscribedAsync(3, simulated.Cancellation);

        using CancellationTokenSource found = CancellationTokenSource.CreateLinkedTokenSource(simulated.Cancellation);
        Task lively = KeepLivelyAsync(simulated, names[1..], found.Token);
        FeedSilent silent = (FeedSilent)(await Simulated.ReadUntilAsync(events, static e => e is FeedSilent))[^1];
        silent.Contracts.Should().Equal(ContractKey.Name(names[0]));
        FeedConnected replaced = (FeedConnected)(await Simulated.ReadUntilAsync(events, static e => e is FeedConnected))[^1];
        replaced.Contracts.Should().Equal(ContractKey.Name(names[0]));
        await found.CancelAsync();
        await lively;
    }

    private static async Task KeepLivelyAsync(Simulated simulated, string[] names, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                foreach (string name in names)
                {
                    await simulated.Server.PublishAsync(name, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test cancels the reading after the expected event.
        }
    }
}
