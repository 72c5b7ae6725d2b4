using System.Diagnostics;
using System.Globalization;
using HedgeTech.Ime.Testing;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Two lines stream each contract, and either may fail. <c>IME_SECONDS</c> makes the long test longer.</summary>
public sealed class RedundancyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Killing_either_line_again_and_again_loses_repeats_and_interrupts_nothing()
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

            // One line is killed in the middle of its messages, once the other has delivered what only it was sent, so that the client knows it is live.
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
        Range(1, published).Except(numbers).Should().BeEmpty("nothing is missing");
        numbers.GroupBy(static number => number).Where(static group => group.Count() > 1).Select(static group => group.Key).Should().BeEmpty("nothing comes twice");
        stream.NumbersOf(Simulated.Contract).Should().Equal(Range(1, published));
        stream.Events.Should().AllBeOfType<FeedConnected>("one line is enough");
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
        await stream.CaughtUpAsync(Simulated.Contract, 4); // which only the second line has brought

        lines[0].Drop();
        await simulated.Server.WhenAsync(static server => server.Handshakes.Count > 2, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 5);
        stream.Events.Should().AllBeOfType<FeedConnected>("one line is enough");

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
    public async Task The_second_line_opens_after_the_first_has_shown_that_it_can()
    {
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Feed.Redundancy = 2);
        simulated.Server.RefuseHandshakes(System.Net.HttpStatusCode.ServiceUnavailable, count: 3);
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(2, simulated.Cancellation);

        HandshakeRecord[] handshakes = [.. simulated.Server.Handshakes];
        handshakes.Should().HaveCount(5, "the first line alone tries until it is accepted");
        (handshakes[4].At - handshakes[3].At).Should().BeGreaterThan(TimeSpan.FromMilliseconds(300), "so are their keep-alives apart");
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
        (handshakes[3].At - handshakes[2].At).Should().BeGreaterThan(TimeSpan.FromMilliseconds(200), "half a second lies between them");
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
    public async Task If_only_one_connection_is_allowed_the_feed_continues_with_one_and_logs_that_once()
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
        simulated.Server.Logins.Should().HaveCountLessThanOrEqualTo(2, "a token is renewed once, not with every refusal");
        log.Written.Should().ContainSingle(static line => line.Contains("refuses a redundant line"));
    }

    private static IEnumerable<long> Range(long first, long last) => Enumerable.Range((int)first, (int)(last - first + 1)).Select(static number => (long)number);
}
