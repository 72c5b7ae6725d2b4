using HedgeTech.Ime.Tests.Connection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Tests sinks that throw, block, or call the feed.</summary>
public sealed class SinkFailureTests
{
    [Fact]
    public async Task A_sink_that_throws_in_every_call_affects_neither_the_stream_nor_the_other_sink_and_is_logged_once()
    {
        ProbeSink thrower = new(static call => throw new FormatException($"{call.Method} fails."));
        ProbeSink other = new();
        Lines log = new();
        using ILoggerFactory factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using Simulated simulated = await Simulated.StartAsync(
            client: options =>
            {
                options.Feed.Sinks.Add(thrower);
                options.Feed.Sinks.Add(other);
            },
            loggerFactory: factory,
            timeProvider: new FakeTimeProvider(DateTimeOffset.UtcNow));
        MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using (IAsyncEnumerator<MarketSnapshot> snapshots = feed.GetAsyncEnumerator(simulated.Cancellation))
        {
            for (int number = 1; number <= 5; number++)
            {
                ValueTask<bool> next = snapshots.MoveNextAsync();
                await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
                await simulated.PublishAsync(1);
                (await next).Should().BeTrue();
                snapshots.Current.Aggregate.TradeCount.Should().Be(number);
            }
        }

        await feed.DisposeAsync();
        other.Numbers.Should().Equal(1, 2, 3, 4, 5);
        thrower.Calls.Should().HaveCount(other.Calls.Count);
        feed.Statistics.SinkFailures.Should().Be(thrower.Calls.Count);
        log.Written.Where(static line => line.Contains("ProbeSink threw", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().Contain("OnEvent fails.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sink_that_blocks_delays_neither_cancellation_nor_statistics_and_gets_the_rest_when_it_returns(bool dedicatedThreads)
    {
        using ManualResetEventSlim release = new();
        ProbeSink sink = new(call => Block(call, release));
        await using Simulated simulated = await Simulated.StartAsync(client: options =>
        {
            options.Connection.DedicatedThreads = dedicatedThreads;
            options.Feed.Sinks.Add(sink);
        });
        using CancellationTokenSource caller = new();
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        IAsyncEnumerator<MarketSnapshot> snapshots = feed.GetAsyncEnumerator(caller.Token);
        ValueTask<bool> first = snapshots.MoveNextAsync();
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await sink.WhenNumberAsync(1, simulated.Cancellation);

        feed.State.Should().Be(FeedState.Live);
        feed.Statistics.Bytes.Should().BePositive();
        await caller.CancelAsync();
        await FluentActions.Awaiting(() => first.AsTask().WaitAsync(simulated.Cancellation)).Should().ThrowAsync<OperationCanceledException>();
        await snapshots.DisposeAsync();
        Task disposal = feed.DisposeAsync().AsTask();
        disposal.IsCompleted.Should().BeFalse("disposal waits for the sink");
        release.Set();
        await disposal;

        sink.Numbers.Should().Equal(1);
        sink.Calls[^1].Method.Should().Be(nameof(IFeedSink.OnEnd));
    }

    [Fact]
    public async Task Disposal_gives_up_a_sink_that_does_not_return_after_ten_seconds_and_logs_it()
    {
        using ManualResetEventSlim release = new();
        ProbeSink sink = new(call => Block(call, release));
        Lines log = new();
        using ILoggerFactory factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using Simulated simulated = await Simulated.StartAsync(client: options => options.Feed.Sinks.Add(sink), loggerFactory: factory, timeProvider: time);
        MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await feed.ConnectAsync(simulated.Cancellation);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await sink.WhenNumberAsync(1, simulated.Cancellation);

        Task disposal = feed.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(9));
        disposal.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        await disposal.WaitAsync(simulated.Cancellation);

        log.Written.Should().ContainSingle(static line => line.Contains("A sink has not returned for 10 s.", StringComparison.Ordinal));
        release.Set();
        await sink.WhenAsync(static calls => calls[^1].Method == nameof(IFeedSink.OnEnd), simulated.Cancellation);
    }

    [Fact]
    public async Task A_sink_that_waits_for_the_feed_gets_an_exception_instead_of_a_deadlock()
    {
        MarketFeed feed = null!;
        IAsyncEnumerator<MarketSnapshot> snapshots = null!;
        List<Exception?> refusals = [];
        ProbeSink sink = new(call =>
        {
            if (call.Event is MarketSnapshot { Aggregate.TradeCount: 2 })
            {
                refusals.Add(Record.Exception(() => feed.UpdateAsync(ContractSet.ByName("other"), Patience.Token).Wait(Patience.Token)));
                refusals.Add(Record.Exception(() => feed.ConnectAsync(Patience.Token).Wait(Patience.Token)));
                refusals.Add(Record.Exception(() => snapshots.MoveNextAsync().AsTask().Wait(Patience.Token)));
                refusals.Add(Record.Exception(() => feed.DisposeAsync().AsTask().Wait(Patience.Token)));
            }
        });
        await using Simulated simulated = await Simulated.StartAsync(client: options => options.Feed.Sinks.Add(sink));
        feed = simulated.Client.OpenFeed(Simulated.Contracts);
        snapshots = feed.GetAsyncEnumerator(simulated.Cancellation);
        ValueTask<bool> first = snapshots.MoveNextAsync();
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        (await first).Should().BeTrue();
        await simulated.PublishAsync(1);
        await sink.WhenAsync(static calls => calls[^1].Method == nameof(IFeedSink.OnEnd), simulated.Cancellation);
        await feed.DisposeAsync();

        refusals.Should().HaveCount(4).And.AllSatisfy(static refusal => (refusal is AggregateException several ? several.InnerException : refusal)
            .Should().BeOfType<InvalidOperationException>().Which.Message.Should().StartWith("An IFeedSink must not call the feed"));
    }

    [Fact]
    public async Task An_awaited_update_completes_although_a_sink_blocks()
    {
        using ManualResetEventSlim release = new();
        string second = HedgeTech.Ime.Testing.SimulatorContract.BuiltIn[1].Code;
        ProbeSink sink = new(call => Block(call, release));
        await using Simulated simulated = await Simulated.StartAsync(client: options => options.Feed.Sinks.Add(sink));
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await feed.ConnectAsync(simulated.Cancellation);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await sink.WhenNumberAsync(1, simulated.Cancellation);

        Task update = feed.UpdateAsync(ContractSet.ByName(Simulated.Contract, second), simulated.Cancellation);
        await simulated.Server.WhenAsync(static server => server.Handshakes.Count > 1, simulated.Cancellation);
        release.Set();
        await update;
        await simulated.PublishAsync(1, second);
        await sink.WhenAsync(calls => calls.Any(call => call.Event is MarketSnapshot snapshot && snapshot.Contract.Value == second), simulated.Cancellation);

        sink.Calls.Where(static call => call.Event is FeedConnected).Should().HaveCount(2);
    }

    private static void Block(ProbeCall call, ManualResetEventSlim release)
    {
        if (call.Method == nameof(IFeedSink.OnSnapshot))
        {
            release.Wait(TimeSpan.FromSeconds(30));
        }
    }
}
