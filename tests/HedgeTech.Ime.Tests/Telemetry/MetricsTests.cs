using System.Diagnostics.Metrics;
using System.Net;
using System.Runtime.CompilerServices;
using HedgeTech.Ime.Testing;
using HedgeTech.Ime.Tests.Documentation;
using HedgeTech.Ime.Tests.Streaming;
using Microsoft.Extensions.DependencyInjection;

namespace HedgeTech.Ime.Tests.Telemetry;

/// <summary>Tests the metrics of a client as an application with OpenTelemetry sees them.</summary>
public sealed class MetricsTests : IAsyncDisposable
{
    private static readonly string[] AtRest = ["ime.feeds", "ime.snapshot.waiting", "ime.data.age"];

    private readonly Collector _collector = new();
    private readonly CancellationTokenSource _timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private ImeSimulator? _simulator;
    private ServiceProvider? _services;

    private ImeSimulator Simulator => _simulator!;

    [Fact]
    public async Task Everything_that_happens_to_a_client_is_counted_and_timed()
    {
        ImeClient client = await StartAsync();
        Simulator.RefuseLogins(HttpStatusCode.ServiceUnavailable, count: 1);
        Simulator.RefuseHandshakes(HttpStatusCode.BadGateway, count: 1);
        MarketFeed feed = client.OpenFeed(Simulated.Contracts, new FeedOptions { Capacity = 1 });
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(_timeout.Token).GetAsyncEnumerator(CancellationToken.None);
        await Simulated.ReadUntilAsync(events, static happened => happened is FeedConnected);
        await Simulator.WhenSubscribedAsync(cancellationToken: _timeout.Token);

        await PublishAsync(3);
        await Simulator.SendTextAsync("no snapshot", _timeout.Token);
        await UntilAsync(() => feed.Statistics is { Received: 3, Rejected: 1 });
        IReadOnlyList<Collected> live = _collector.Collect();

        await Simulated.ReadUntilAsync(events, static happened => happened is MarketSnapshot);
        Simulator.Drop();
        await Simulated.ReadUntilAsync(events, static happened => happened is FeedConnected);
        await Simulator.WhenSubscribedAsync(cancellationToken: _timeout.Token);
        await PublishAsync(1);
        await Simulated.ReadUntilAsync(events, static happened => happened is MarketSnapshot);
        long bytes = feed.Statistics.Bytes;
        await feed.DisposeAsync();
        IReadOnlyList<Collected> ended = _collector.Collect();

        Said(live, AtRest[..2]).Should().Equal("ime.feeds{ime.feed.state=live} = 1", "ime.snapshot.waiting{} = 1");
        live.Should().ContainSingle(static metric => metric.Name == "ime.data.age").Which.Value.Should().BeInRange(0, 60);
        Said(ended, "ime.message.received", "ime.message.rejected", "ime.message.io", "ime.snapshot.dropped").Should().Equal(
            $"ime.message.io{{}} = {bytes}", "ime.message.received{} = 5", "ime.message.rejected{} = 1", "ime.snapshot.dropped{} = 2");
        Said(ended, "ime.outages", "ime.reconnects", "ime.outage.duration").Should().Equal(
            "ime.outage.duration{ime.outage.reason=connection_lost} = 1", "ime.outage.duration{ime.outage.reason=login_failed} = 1",
            "ime.outages{ime.outage.reason=connection_lost} = 1", "ime.outages{ime.outage.reason=login_failed} = 1",
            "ime.reconnects{ime.outage.reason=connection_lost} = 1", "ime.reconnects{ime.outage.reason=login_failed} = 1");
        Said(ended, "ime.login.duration", "ime.connection.handshake.duration").Should().Equal(
            "ime.connection.handshake.duration{error.type=502} = 1", "ime.connection.handshake.duration{} = 2",
            "ime.login.duration{error.type=503} = 1", "ime.login.duration{} = 1");
        Said(ended, "ime.message.delay", "ime.snapshot.delivery.delay", "ime.connection.first_message.delay").Should().Equal(
            "ime.connection.first_message.delay{} = 2", "ime.message.delay{} = 4", "ime.snapshot.delivery.delay{} = 2");

        live.Concat(ended).Select(static metric => metric.Name).Distinct().Should().BeEquivalentTo(Instruments.All.Where(static instrument => instrument.Meter.Name == "HedgeTech.Ime").Select(static instrument => instrument.Name), "this test must cover every instrument");
        foreach (MetricRow documented in MetricRow.All().Where(static row => !row.Name.StartsWith("ime.recording.", StringComparison.Ordinal) && !row.Name.StartsWith("ime.relay.", StringComparison.Ordinal)))
        {
            live.Concat(ended).Where(metric => metric.Name == documented.Name).SelectMany(static metric => metric.Tags.Keys).Distinct()
                .Should().BeEquivalentTo(documented.Tags.Append("ime.client.name"), "the reference lists these tags of {0}", documented.Name);
        }

        live.Concat(ended).SelectMany(static metric => metric.Tags.Values).Should().NotContain(said => said.Contains(Simulator.Password) || said.Contains(Simulator.Username) || said.Contains(Simulated.Contract));
    }

    [Fact]
    public async Task The_measurements_of_clients_are_distinguished_by_their_names()
    {
        ImeClient client = await StartAsync();
        string other = $"{_collector.ClientName}-other";
        await using ServiceProvider services = new ServiceCollection().AddImeClient(other, Configure).Services.BuildServiceProvider();

        foreach (ImeClient one in (ImeClient[])[client, client, services.GetRequiredKeyedService<ImeClient>(other)])
        {
            await FirstAsync(one);
        }

        Said(_collector.Collect(), "ime.message.received", "ime.login.duration").Should().Equal("ime.login.duration{} = 1", "ime.message.received{} = 2");
        Said(_collector.Collect(other), "ime.message.received", "ime.login.duration").Should().Equal("ime.login.duration{} = 1", "ime.message.received{} = 1");
    }

    [Fact]
    public async Task Only_an_enumerated_feed_is_measured_and_the_metrics_do_not_keep_it_alive_after_its_end()
    {
        ImeClient client = await StartAsync();
        WeakReference<MarketFeed> ended = await EndOneAsync(client);

        for (int i = 0; i < 100 && ended.TryGetTarget(out _); i++)
        {
            // The stack of another thread may still refer to the feed for a moment.
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        ended.TryGetTarget(out _).Should().BeFalse();
        MarketFeed idle = client.OpenFeed(Simulated.Contracts);
        Said(_collector.Collect(), AtRest).Should().Equal("ime.snapshot.waiting{} = 0");
        await idle.DisposeAsync();
        Said(_collector.Collect(), "ime.message.received").Should().Equal("ime.message.received{} = 1");
    }

    [Fact]
    public void Names_and_units_of_instruments_follow_the_conventions_of_OpenTelemetry()
    {
        foreach (Instrument instrument in Instruments.All)
        {
            instrument.Name.Should().MatchRegex(@"^ime(\.[a-z][a-z_]*)+$");
            instrument.Unit.Should().MatchRegex(@"^(s|By|\{[a-z]+\})$");
            instrument.Description.Should().MatchRegex(@"^[A-Z].*\.$");
            if (instrument is Histogram<double> histogram)
            {
                // The default buckets of collectors are for milliseconds.
                histogram.Advice!.HistogramBucketBoundaries.Should().BeInAscendingOrder().And.HaveElementAt(0, histogram.Advice.HistogramBucketBoundaries![0]);
                histogram.Advice.HistogramBucketBoundaries[0].Should().BeLessThan(1);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _collector.Dispose();
        await (_services?.DisposeAsync() ?? default);
        await (_simulator?.DisposeAsync() ?? default);
        _timeout.Dispose();
    }

    private static IEnumerable<string> Said(IEnumerable<Collected> collected, params string[] names) =>
        collected.Where(metric => names.Contains(metric.Name)).Select(static metric => metric.ToString()).Order(StringComparer.Ordinal);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference<MarketFeed>> EndOneAsync(ImeClient client)
    {
        await using MarketFeed feed = client.OpenFeed(Simulated.Contracts);
        await ReadOneAsync(feed);
        return new WeakReference<MarketFeed>(feed);
    }

    private async Task<ImeClient> StartAsync()
    {
        _timeout.CancelAfter(TimeSpan.FromSeconds(30));
        _simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 0 }, cancellationToken: _timeout.Token);
        _services = new ServiceCollection().AddImeClient(_collector.ClientName, Configure).Services.BuildServiceProvider();
        return _services.GetRequiredKeyedService<ImeClient>(_collector.ClientName);
    }

    private void Configure(ImeClientOptions options)
    {
        (options.BaseAddress, options.Username, options.Password) = (Simulator.BaseAddress, Simulator.Username, Simulator.Password);
        (options.Reconnect.InitialDelay, options.Reconnect.MaxDelay) = (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(200));
    }

    private async Task FirstAsync(ImeClient client)
    {
        await using MarketFeed feed = client.OpenFeed(Simulated.Contracts);
        await ReadOneAsync(feed);
    }

    private async Task ReadOneAsync(MarketFeed feed)
    {
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(_timeout.Token).GetAsyncEnumerator(CancellationToken.None);
        await Simulated.ReadUntilAsync(events, static happened => happened is FeedConnected);
        await Simulator.WhenSubscribedAsync(cancellationToken: _timeout.Token);
        await PublishAsync(1);
        await Simulated.ReadUntilAsync(events, static happened => happened is MarketSnapshot);
    }

    private async Task PublishAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Simulator.PublishAsync(Simulated.Contract, _timeout.Token);
        }
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            _timeout.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
