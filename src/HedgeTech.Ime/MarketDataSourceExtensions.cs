using System.Runtime.CompilerServices;

namespace HedgeTech.Ime;

/// <summary>Shorter ways to stream from any source. If you stream only snapshots, the log of an <see cref="ImeClient"/> still reports outages and dropped snapshots.</summary>
public static class MarketDataSourceExtensions
{
    /// <summary>Streams the snapshots of the contracts.</summary>
    /// <param name="source">The source of the data.</param>
    /// <param name="contracts">The contracts to stream.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null. Thrown by the call, not by the first read.</exception>
    public static IAsyncEnumerable<MarketSnapshot> StreamAsync(this IMarketDataSource source, ContractSet contracts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(contracts);
        return source is ImeClient client
            ? client.StreamSnapshotsAsync(contracts, cancellationToken)
            : SnapshotsOfAsync(source.StreamEventsAsync(contracts, cancellationToken), default);
    }

    /// <summary>Streams the snapshots of contracts by name.</summary>
    /// <param name="source">The source of the data.</param>
    /// <param name="contractNames">The names. They are sent to the service verbatim.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null. Thrown by the call, not by the first read.</exception>
    /// <exception cref="ArgumentException">There are no names, or a name is null, empty or blank.</exception>
    public static IAsyncEnumerable<MarketSnapshot> StreamByNameAsync(this IMarketDataSource source, IEnumerable<string> contractNames, CancellationToken cancellationToken = default) =>
        source.StreamAsync(ContractSet.ByName(contractNames), cancellationToken);

    /// <summary>Streams the snapshots of contracts by id.</summary>
    /// <param name="source">The source of the data.</param>
    /// <param name="contractIds">The ids. They are sent to the service verbatim.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null. Thrown by the call, not by the first read.</exception>
    /// <exception cref="ArgumentException">There are no ids, or an id is null, empty or blank.</exception>
    public static IAsyncEnumerable<MarketSnapshot> StreamByIdAsync(this IMarketDataSource source, IEnumerable<string> contractIds, CancellationToken cancellationToken = default) =>
        source.StreamAsync(ContractSet.ById(contractIds), cancellationToken);

    /// <summary>Streams the snapshots of contracts by name and the events of the stream, such as outages, in the order in which they happened.</summary>
    /// <param name="source">The source of the data.</param>
    /// <param name="contractNames">The names. They are sent to the service verbatim.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null. Thrown by the call, not by the first read.</exception>
    /// <exception cref="ArgumentException">There are no names, or a name is null, empty or blank.</exception>
    public static IAsyncEnumerable<FeedEvent> StreamEventsByNameAsync(this IMarketDataSource source, IEnumerable<string> contractNames, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.StreamEventsAsync(ContractSet.ByName(contractNames), cancellationToken);
    }

    /// <summary>Streams the snapshots of contracts by id and the events of the stream, such as outages, in the order in which they happened.</summary>
    /// <param name="source">The source of the data.</param>
    /// <param name="contractIds">The ids. They are sent to the service verbatim.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null. Thrown by the call, not by the first read.</exception>
    /// <exception cref="ArgumentException">There are no ids, or an id is null, empty or blank.</exception>
    public static IAsyncEnumerable<FeedEvent> StreamEventsByIdAsync(this IMarketDataSource source, IEnumerable<string> contractIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.StreamEventsAsync(ContractSet.ById(contractIds), cancellationToken);
    }

    private static async IAsyncEnumerable<MarketSnapshot> SnapshotsOfAsync(IAsyncEnumerable<FeedEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (FeedEvent feedEvent in events.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (feedEvent is MarketSnapshot snapshot)
            {
                yield return snapshot;
            }
        }
    }
}
