using System.Diagnostics;
using System.Globalization;
using HedgeTech.Ime.Testing;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Two lines stream each contract, and either may fail. <c>IME_SECONDS</c> makes the long test longer.</summary>
public sealed class RedundancyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Repeated_loss_of_one_of_two_lines_neither_loses_nor_repeats_messages_nor_interrupts_the_stream()
    {
        double seconds = double.TryParse(Environment.GetEnvironmentVariable("IME_SECONDS"), CultureInfo.InvariantCulture, out double asked) ? asked : 2;
        int seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}.");
        Random random = new(seed);
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Feed.Redundancy = 2);
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);

        Stopwatch time = Stopwatch.StartNew();
        long published = 0;
        int kills = 0;
        while (time.Elapsed.TotalSeconds < seconds)
        {
            await PublishAsync(400);
            await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);
            await PublishAsync(1);

            // Kills one line between its messages. Before that, the other line delivers a message that only it received, so the client knows that it is live.
            IReadOnlyList<SimulatorConnection> open = simulated.Server.Connections;
            SimulatorConnection killed = open[random.Next(open.Count)];
            killed.Stall();
            await PublishAsync(1);
            await stream.CaughtUpAsync(Simulated.Contract, published);
            killed.Unstall();
            await PublishAsync(20);
            killed.Drop();
            await killed.Ended.WaitAsync(simulated.Cancellation);
            kills++;
        }

        await PublishAsync(10);
        await stream.CaughtUpAsync(Simulated.Contract, published);
        output.WriteLine($"{kills} kills, {published} messages; {stream.Feed.Statistics}; {string.Join("; ", stream.Events.Where(static e => e is not FeedConnected))}");
        kills.Should().BeGreaterThan(1);
        IReadOnlyList<long> numbers = stream.NumbersOf(Simulated.Contract);
        Range(1, published).Except(numbers).Should().BeEmpty("no message is missing");
        numbers.GroupBy(static number => number).Where(static group => group.Count() > 1).Select(static group => group.Key).Should().BeEmpty("no message is delivered twice");
        stream.NumbersOf(Simulated.Contract).Should().Equal(Range(1, published));
        stream.Events.Should().AllBeOfType<FeedConnected>("one live line is enough");
        stream.Feed.Statistics.Dropped.Should().Be(0);

        async Task PublishAsync(int count)
        {
            await simulated.PublishAsync(count);
            published += count;
        }
    }

    [Fact]
    public async Task An_outage_starts_only_when_both_lines_are_down()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Feed.Redundancy = 2);
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);
        await simulated.PublishAsync(3);
        await stream.CaughtUpAsync(Simulated.Contract, 3);
        simulated.Server.RefuseHandshakes(System.Net.HttpStatusCode.ServiceUnavailable);
        SimulatorConnection[] lines = [.. simulated.Server.Connections];
        lines[0].Stall();
        await simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 4); // only the second line has delivered message 4

        lines[0].Drop();
        await simulated.Server.WhenAsync(static server => server.Handshakes.Count > 2, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 5);
        stream.Events.Should().AllBeOfType<FeedConnected>("one live line is enough");

        lines[1].Drop();
        await stream.WhenAsync(static s => s.Events.OfType<FeedInterrupted>().Any());
        simulated.Server.ClearRefusals();
        await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 6);

        stream.Events.OfType<FeedInterrupted>().Should().ContainSingle();
        stream.Events.OfType<FeedResumed>().Should().ContainSingle();
        stream.NumbersOf(Simulated.Contract).Should().Equal(1, 2, 3, 4, 5, 6);
    }

    [Fact]
    public async Task The_second_line_opens_after_the_service_has_accepted_the_first()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Feed.Redundancy = 2);
        simulated.Server.RefuseHandshakes(System.Net.HttpStatusCode.ServiceUnavailable, count: 3);
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);

        HandshakeRecord[] handshakes = [.. simulated.Server.Handshakes];
        handshakes.Should().HaveCount(5, "only the first line tries until the service accepts it");
        (handshakes[4].At - handshakes[3].At).Should().BeGreaterThan(TimeSpan.FromMilliseconds(300), "the keep-alives of the lines must not coincide");
    }

    [Fact]
    public async Task Lines_that_are_replaced_together_are_opened_one_after_the_other()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options =>
        {
            options.Feed.Redundancy = 2;
            options.Feed.SilenceTimeout = TimeSpan.FromSeconds(1.5);
        });
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);
        await stream.WhenAsync(static s => s.Events.OfType<FeedSilent>().Any());
        await simulated.Server.WhenAsync(static server => server.Handshakes.Count == 4, simulated.Cancellation);
        HandshakeRecord[] handshakes = [.. simulated.Server.Handshakes];
        (handshakes[3].At - handshakes[2].At).Should().BeGreaterThan(TimeSpan.FromMilliseconds(200), "the client waits half a second between them");
    }

    [Fact]
    public async Task A_line_that_becomes_mute_beside_a_live_one_is_replaced_without_an_event()
    {
        Lines log = new();
        using ILoggerFactory factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using Simulated simulated = await Simulated.StartAsync(
            client: static options =>
            {
                options.Feed.Redundancy = 2;
                options.Feed.SilenceTimeout = TimeSpan.FromSeconds(1);
            },
            loggerFactory: factory);
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);
        await simulated.PublishAsync(4);
        SimulatorConnection mute = simulated.Server.Connections[0];
        mute.Stall();
        long published = 5;
        while (mute.IsOpen)
        {
            await simulated.PublishAsync(1);
            published++;
            await Task.WhenAny(mute.Ended, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, simulated.Cancellation));
            simulated.Cancellation.ThrowIfCancellationRequested();
        }

        await stream.CaughtUpAsync(Simulated.Contract, published);
        stream.NumbersOf(Simulated.Contract).Should().Equal(Range(1, published));
        stream.Events.Should().AllBeOfType<FeedConnected>();
        log.Written.Should().ContainSingle(static line => line.Contains("delivers nothing while another does"));
    }

    [Fact]
    public async Task If_the_service_allows_one_connection_the_feed_continues_with_one_line_and_logs_it_once()
    {
        Lines log = new();
        using ILoggerFactory factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using Simulated simulated = await Simulated.StartAsync(
            static server => server.MaxConnections = 1,
            static options => options.Feed.Redundancy = 2,
            factory);
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await simulated.Server.WhenAsync(static server => server.Handshakes.Count >= 6, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 2);

        stream.Events.Should().ContainSingle().Which.Should().BeOfType<FeedConnected>();
        simulated.Server.Logins.Should().HaveCountLessThanOrEqualTo(2, "the client renews the token once, not after every refusal");
        log.Written.Should().ContainSingle(static line => line.Contains("refuses a redundant line"));
    }

    private static IEnumerable<long> Range(long first, long last) => Enumerable.Range((int)first, (int)(last - first + 1)).Select(static number => (long)number);
}
