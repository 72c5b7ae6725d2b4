using HedgeTech.Ime.Tests.Connection;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>What somebody on call reads of an outage.</summary>
public sealed class OutageLogTests
{
    [Fact]
    public async Task An_outage_is_one_line_and_its_end_another_however_often_the_service_accepts_and_drops()
    {
        RecordingLogger log = new();
        using LoggerFactory factory = new([new Provider(log)]);
        await using Simulated simulated = await Simulated.StartAsync(loggerFactory: factory);
        await using Numbered stream = new(simulated);
        await simulated.Server.WhenSubscribedAsync(cancellationToken: simulated.Cancellation);
        await simulated.PublishAsync(1);
        await stream.CaughtUpAsync(Simulated.Contract, 1);

        simulated.Server.CloseAfterAccept(1011, "going down", count: 5);
        simulated.Server.Drop();
        await stream.WhenAsync(static s => s.Events.OfType<FeedConnected>().Count() == 7);
        await simulated.Server.WhenSubscribedAsync(cancellationToken: simulated.Cancellation);
        await simulated.PublishAsync(1);
        await stream.WhenAsync(static s => s.Events.OfType<FeedResumed>().Any());
        await stream.Feed.DisposeAsync();

        log.Entries.Where(static entry => entry.Level >= LogLevel.Information).Select(static entry => entry.Id.Id)
            .Should().Equal(1001, 1300, 1301, 1302);
    }

    private sealed class Provider(ILogger logger) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }
}
