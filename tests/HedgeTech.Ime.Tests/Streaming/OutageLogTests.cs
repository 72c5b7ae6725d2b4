using HedgeTech.Ime.Tests.Connection;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Tests the log entries of an outage, which an operator reads.</summary>
public sealed class OutageLogTests
{
    [Fact]
    public async Task An_outage_and_its_end_are_one_log_entry_each_no_matter_how_often_the_service_accepts_and_drops()
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
        log.Entries.Single(static entry => entry.Id.Id == 1302).Text.Should().MatchRegex("after a gap of [0-9.]+ s and [0-9]+ attempts");
    }

    [Theory]
    [InlineData("has been silent")] // a timer writes this entry
    [InlineData("resumed for")] // a message causes this entry
    [InlineData("interrupted for")] // the end of a line causes this entry
    public async Task A_log_that_throws_ends_the_stream_with_its_exception_and_not_the_process(string at)
    {
        using LoggerFactory factory = new([new FullDisk(at)]);
        await using Simulated simulated = await Simulated.StartAsync(client: static options => options.Feed.SilenceTimeout = TimeSpan.FromSeconds(1), loggerFactory: factory);
        await using MarketFeed feed = simulated.Client.OpenFeed(Simulated.Contracts);
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        Task<List<FeedEvent>> reading = Simulated.ReadUntilAsync(events, static _ => false);
        await simulated.Server.WhenSubscribedAsync(cancellationToken: simulated.Cancellation);
        await simulated.PublishAsync(1);
        if (at != "has been silent")
        {
            simulated.Server.Drop();
        }

        if (at == "resumed for")
        {
            await simulated.Server.WhenSubscribedAsync(cancellationToken: simulated.Cancellation);
            await simulated.PublishAsync(1);
        }

        Exception failure = (await ((Func<Task>)(() => reading.WaitAsync(simulated.Cancellation))).Should().ThrowAsync<Exception>()).Which;
        failure.GetBaseException().Should().BeOfType<IOException>();
    }

    private sealed class Provider(ILogger logger) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }

    /// <summary>A log that fails on one of its entries.</summary>
    private sealed class FullDisk(string at) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains(at, StringComparison.Ordinal))
            {
                throw new IOException("The disk is full.");
            }
        }
    }
}
