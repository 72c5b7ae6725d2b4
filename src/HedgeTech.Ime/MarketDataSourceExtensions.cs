using System.Runtime.CompilerServices;

namespace HedgeTech.Ime;

/// <summary>Shorter ways to stream, from any source. Where only snapshots are streamed, outages and drops show in the log, once per episode.</summary>
public static class MarketDataSourceExtensions
{
    /// <summary>Streams the snapshots of the contracts.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="contracts">What to stream.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null; thrown by the call, before the first read.</exception>
    public static IAsyncEnumerable<MarketSnapshot> StreamAsync(this IMarketDataSource source, ContractSet contracts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(contracts);
        return source is ImeClient client
            ? client.StreamSnapshotsAsync(contracts, cancellationToken)
            : SnapshotsOfAsync(source.StreamEventsAsync(contracts, cancellationToken), default);
    }

    /// <summary>Streams the snapshots of contracts by name.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="contractNames">The names, sent to the service verbatim.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null; thrown by the call, before the first read.</exception>
    /// <exception cref="ArgumentException">There is no name, or one is null, empty or blank.</exception>
    public static IAsyncEnumerable<MarketSnapshot> StreamByNameAsync(this IMarketDataSource source, IEnumerable<string> contractNames, CancellationToken cancellationToken = default) =>
        source.StreamAsync(ContractSet.ByName(contractNames), cancellationToken);

    /// <summary>Streams the snapshots of contracts by id.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="contractIds">The ids, sent to the service verbatim.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null; thrown by the call, before the first read.</exception>
    /// <exception cref="ArgumentException">There is no id, or one is null, empty or blank.</exception>
    public static IAsyncEnumerable<MarketSnapshot> StreamByIdAsync(this IMarketDataSource source, IEnumerable<string> contractIds, CancellationToken cancellationToken = default) =>
        source.StreamAsync(ContractSet.ById(contractIds), cancellationToken);

    /// <summary>Streams the snapshots of contracts by name, with what happens to the stream between them.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="contractNames">The names, sent to the service verbatim.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null; thrown by the call, before the first read.</exception>
    /// <exception cref="ArgumentException">There is no name, or one is null, empty or blank.</exception>
    public static IAsyncEnumerable<FeedEvent> StreamEventsByNameAsync(this IMarketDataSource source, IEnumerable<string> contractNames, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.StreamEventsAsync(ContractSet.ByName(contractNames), cancellationToken);
    }

    /// <summary>Streams the snapshots of contracts by id, with what happens to the stream between them.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="contractIds">The ids, sent to the service verbatim.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null; thrown by the call, before the first read.</exception>
    /// <exception cref="ArgumentException">There is no id, or one is null, empty or blank.</exception>
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
