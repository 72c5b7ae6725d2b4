using HedgeTech.Ime.Streaming.Session;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime;

/// <summary>Sinks for streams of a source that has none of its own.</summary>
public static class FeedSinkExtensions
{
    /// <summary>Gives sinks, such as a recorder, what a stream delivers, each event before the consumer gets it: for a source without sinks, such as a relay.</summary>
    /// <param name="events">The stream. For an <see cref="ImeClient"/>, use <see cref="FeedOptions.Sinks"/> instead: those sinks get everything, however slow the consumer is.</param>
    /// <param name="sinks">The sinks. If a snapshot does not carry its message (<see cref="MarketSnapshot.Frame"/>), they get it as <see cref="MarketSnapshotSerializer"/> writes it.</param>
    /// <param name="logger">Gets what a sink throws, once an episode, and the stream continues. If null, what a sink throws ends the enumeration.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The same events. <see cref="IFeedSink.OnEnd"/> is called when the enumeration ends or is left.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="events"/> or <paramref name="sinks"/> is null.</exception>
    public static IAsyncEnumerable<FeedEvent> WithSinks(this IAsyncEnumerable<FeedEvent> events, IEnumerable<IFeedSink> sinks, ILogger? logger = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(sinks);
        return SinkStream.ReadAsync(events, [.. sinks], logger, cancellationToken);
    }
}
