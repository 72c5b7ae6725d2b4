using System.Threading.Channels;
using HedgeTech.Ime.Bridges;

namespace HedgeTech.Ime;

/// <summary>Hands a stream to code that expects a channel or an observable: Rx, R3, SignalR, or your own queue.</summary>
public static class MarketBridgeExtensions
{
    /// <summary>Reads a stream of snapshots into a bounded channel.</summary>
    /// <param name="snapshots">The stream.</param>
    /// <param name="capacity">How many snapshots wait in the channel at most.</param>
    /// <param name="fullMode">
    /// What happens while the channel is full. <see cref="BoundedChannelFullMode.Wait"/>, the default, leaves the choice to the feed, which then applies
    /// <see cref="FeedOptions.Overflow"/> and counts what it drops. The other modes drop in the channel, and <see cref="MarketChannel{T}.Dropped"/> counts it.
    /// </param>
    /// <param name="cancellationToken">Ends the stream. After what is waiting, a read throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>A channel that is already being filled. Dispose of it, or cancel, to end the stream.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="snapshots"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1, or <paramref name="fullMode"/> is not one of the modes.</exception>
    public static MarketChannel<MarketSnapshot> ToChannel(
        this IAsyncEnumerable<MarketSnapshot> snapshots,
        int capacity,
        BoundedChannelFullMode fullMode = BoundedChannelFullMode.Wait,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        return new MarketChannel<MarketSnapshot>(snapshots, capacity, fullMode, cancellationToken);
    }

    /// <summary>Reads a stream of events into a bounded channel.</summary>
    /// <param name="events">The stream.</param>
    /// <param name="capacity">How many events wait in the channel at most.</param>
    /// <param name="fullMode">
    /// What happens while the channel is full. <see cref="BoundedChannelFullMode.Wait"/>, the default, leaves the choice to the feed, which drops only
    /// snapshots and announces it by <see cref="SnapshotsDropped"/>. The other modes also drop outages and their ends, and
    /// <see cref="MarketChannel{T}.Dropped"/> counts what they drop.
    /// </param>
    /// <param name="cancellationToken">Ends the stream. After what is waiting, a read throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>A channel that is already being filled. Dispose of it, or cancel, to end the stream.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="events"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1, or <paramref name="fullMode"/> is not one of the modes.</exception>
    public static MarketChannel<FeedEvent> ToChannel(
        this IAsyncEnumerable<FeedEvent> events,
        int capacity,
        BoundedChannelFullMode fullMode = BoundedChannelFullMode.Wait,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        return new MarketChannel<FeedEvent>(events, capacity, fullMode, cancellationToken);
    }

    /// <summary>Makes an observable of a stream of snapshots.</summary>
    /// <param name="snapshots">The stream.</param>
    /// <returns>
    /// An observable that enumerates the stream for each subscription, on the thread pool, from the subscription until it is disposed of. A feed can be
    /// enumerated once; the second subscription to it gets an <see cref="InvalidOperationException"/>. To share one connection, use <c>Publish</c> of Rx.
    /// <para>
    /// Nothing is queued here. The stream waits while an observer runs, and the feed applies <see cref="FeedOptions.Overflow"/> meanwhile, so memory stays
    /// bounded and <see cref="FeedStatistics.Dropped"/> is exact. An exception of an observer is unhandled, as in an event handler, and ends the process.
    /// </para>
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="snapshots"/> is null.</exception>
    public static IObservable<MarketSnapshot> ToObservable(this IAsyncEnumerable<MarketSnapshot> snapshots)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        return new ObservableStream<MarketSnapshot>(snapshots);
    }

    /// <summary>Makes an observable of a stream of events: snapshots, outages, and <see cref="SnapshotsDropped"/> where an observer was too slow.</summary>
    /// <param name="events">The stream.</param>
    /// <returns>The same as <see cref="ToObservable(IAsyncEnumerable{MarketSnapshot})"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="events"/> is null.</exception>
    public static IObservable<FeedEvent> ToObservable(this IAsyncEnumerable<FeedEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return new ObservableStream<FeedEvent>(events);
    }
}
