using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Before a token expires, a line with a new one takes over. <c>IME_SECONDS</c> makes the long test longer.</summary>
public sealed class RotationTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Expiring_tokens_neither_lose_nor_repeat_messages_nor_interrupt_the_stream()
    {
        double seconds = double.TryParse(Environment.GetEnvironmentVariable("IME_SECONDS"), CultureInfo.InvariantCulture, out double asked) ? asked : 0;
        await using Simulated simulated = await Simulated.StartAsync(server =>
        {
            server.Tokens.Lifetime = TimeSpan.FromSeconds(seconds > 0 ? 6 : 3);
            server.Tokens.CloseOnExpiry = true;
            server.SubscribeDelay = TimeSpan.FromMilliseconds(5);
        });
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        Stopwatch time = Stopwatch.StartNew();
        long published = 0;
        while (time.Elapsed.TotalSeconds < seconds || simulated.Server.Logins.Count < 3)
        {
            await simulated.PublishAsync(5);
            published += 5;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, simulated.Cancellation);
        }

        await stream.CaughtUpAsync(Simulated.Contract, published);
        output.WriteLine($"{published} messages, {simulated.Server.Logins.Count} logins in {time.Elapsed.TotalSeconds:0.0} s.");
        stream.NumbersOf(Simulated.Contract).Should().Equal(Enumerable.Range(1, (int)published).Select(static number => (long)number));
        stream.Events.Should().AllBeOfType<FeedConnected>();
        stream.Feed.Statistics.Dropped.Should().Be(0);
        if (seconds > 0)
        {
            ((double)simulated.Server.Logins.Count).Should().BeInRange(seconds * 3 / 20, seconds * 8 / 20, "3 to 8 in 20 seconds");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task If_the_service_allows_one_token_or_one_connection_the_feed_reconnects_and_logs_it_once(bool oneToken)
    {
        Lines log = new();
        using ILoggerFactory factory = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using Simulated simulated = await Simulated.StartAsync(
            server =>
            {
                server.Tokens.Lifetime = TimeSpan.FromSeconds(2);
                server.Tokens.CloseOnExpiry = true;
                server.Tokens.CloseOnLogin = oneToken;
                server.Tokens.OnlyTheNewest = oneToken;
                server.Rate = 50;
                server.MaxConnections = oneToken ? null : 1;
            },
            loggerFactory: factory);
        await using Numbered stream = new(simulated);
        await stream.WhenAsync(_ => log.Written.Any(static line => line.Contains("no longer rotates connections")));
        int logins = simulated.Server.Logins.Count;
        int interruptions = stream.Events.OfType<FeedInterrupted>().Count();

        // Two more tokens expire, with one reconnect each.
        await simulated.Server.WhenAsync(server => server.Logins.Count >= logins + 2, simulated.Cancellation);
        await stream.WhenAsync(s => s.Events.OfType<FeedInterrupted>().Count() >= interruptions + 2);
        (stream.Events.OfType<FeedInterrupted>().Count() - interruptions).Should().BeInRange(2, 3);
        log.Written.Count(static line => line.Contains("no longer rotates connections")).Should().Be(1);
        simulated.Server.Logins.Should().HaveCountLessThan(12);
    }

    [Fact]
    public async Task Without_rotation_an_expired_token_is_an_outage_and_a_reconnect()
    {
        await using Simulated simulated = await Simulated.StartAsync(
            static server =>
            {
                server.Tokens.Lifetime = TimeSpan.FromSeconds(2);
                server.Tokens.CloseOnExpiry = true;
            },
            static options => options.Authentication.RotateConnections = false);
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await stream.WhenAsync(static s => s.Events.OfType<FeedInterrupted>().Any());
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1);
        await stream.WhenAsync(static s => s.Events.OfType<FeedResumed>().Any());
        simulated.Server.Logins.Should().HaveCountLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task A_renewal_that_fails_keeps_the_line_open()
    {
        await using Simulated simulated = await Simulated.StartAsync(static server => server.Tokens.Lifetime = TimeSpan.FromSeconds(2));
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        simulated.Server.RefuseLogins(System.Net.HttpStatusCode.Unauthorized);
        await simulated.Server.WhenAsync(static server => server.Logins.Count >= 2, simulated.Cancellation);
        await simulated.PublishAsync(3);
        await stream.CaughtUpAsync(Simulated.Contract, 3);
        stream.Events.Should().ContainSingle().Which.Should().BeOfType<FeedConnected>();
        simulated.Server.Connections.Should().ContainSingle();
    }
}
