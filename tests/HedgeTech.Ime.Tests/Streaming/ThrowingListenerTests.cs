using System.Diagnostics.Metrics;
using System.Net;
using HedgeTech.Ime.Testing;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>A logger or a meter listener that throws ends the stream with its exception, and no connection stays open.</summary>
public sealed class ThrowingListenerTests
{
    private const int Feeds = 20;

    [Theory]
    [InlineData(1100)] // the connector logs an opened connection
    [InlineData(1300)] // the feed logs an accepted connection
    public async Task A_logger_that_throws_when_a_connection_is_accepted_leaves_no_connection_open(int eventId)
    {
        using Loggers loggers = new(eventId);
        await using Simulated simulated = await Simulated.StartAsync(loggerFactory: loggers);

        await ExpectFailuresAsync(simulated, simulated.Client);

        loggers.Thrown.Should().BePositive();
    }

    [Fact]
    public async Task A_logger_that_throws_when_a_long_request_line_is_split_ends_the_stream_with_its_exception()
    {
        using Loggers loggers = new(eventId: 1301, passed: 1); // the outage is announced again for the second half
        await using Simulated simulated = await Simulated.StartAsync(loggerFactory: loggers);
        string[] names = [.. SimulatorContract.BuiltIn.Take(2).Select(static contract => contract.Code)];
        await using MarketFeed feed = simulated.Client.OpenFeed(ContractSet.ByName(names));
        await using IAsyncEnumerator<FeedEvent> events = feed.ReadEventsAsync(simulated.Cancellation).GetAsyncEnumerator(CancellationToken.None);
        await Simulated.ReadUntilAsync(events, static e => e is FeedConnected);
        await simulated.Server.WhenSubscribedAsync(1, simulated.Cancellation);
        await simulated.PublishAsync(1, names[0]);
        await Simulated.ReadUntilAsync(events, static e => e is MarketSnapshot);

        simulated.Server.RefuseHandshakes(HttpStatusCode.RequestUriTooLong, count: 1);
        simulated.Server.Drop();

        Func<Task> reading = () => Simulated.ReadUntilAsync(events, static _ => false);
        await reading.Should().ThrowAsync<FormatException>();
        loggers.Thrown.Should().BePositive();
    }

    [Fact]
    public async Task A_meter_listener_that_throws_when_a_connection_is_measured_leaves_no_connection_open()
    {
        string name = $"throwing {Guid.NewGuid()}";
        using MeterListener listener = new()
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "ime.connection.handshake.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (Equals(tag.Value, name))
                {
                    throw new FormatException("The listener throws.");
                }
            }
        });
        listener.Start();
        await using Simulated simulated = await Simulated.StartAsync();
        await using ImeClient client = new(Simulated.OptionsFor(simulated.Server), http: null, loggerFactory: null, timeProvider: null, name);

        await ExpectFailuresAsync(simulated, client);
    }

    private static async Task ExpectFailuresAsync(Simulated simulated, ImeClient client)
    {
        for (int i = 0; i < Feeds; i++)
        {
            await using MarketFeed feed = client.OpenFeed(Simulated.Contracts);
            Func<Task> reading = async () =>
            {
                await foreach (FeedEvent _ in feed.ReadEventsAsync(simulated.Cancellation))
                {
                    // Reads the stream to its end.
                }
            };
            await reading.Should().ThrowAsync<FormatException>();
        }

        await client.DisposeAsync();
        await simulated.Server.WhenAsync(static server => server.Handshakes.Count > 0 && server.Connections.Count == 0, simulated.Cancellation);
    }

    private sealed class Loggers(int eventId, int passed = 0) : ILoggerFactory, ILogger
    {
        private int _seen;

        public int Thrown => Math.Max(0, _seen - passed);

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (id.Id == eventId && Interlocked.Increment(ref _seen) > passed)
            {
                throw new FormatException("The logger throws.");
            }
        }

        public void Dispose()
        {
        }
    }
}
