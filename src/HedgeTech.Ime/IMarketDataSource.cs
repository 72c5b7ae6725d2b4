namespace HedgeTech.Ime;

/// <summary>A source of market data that an application depends on, so that another source can take its place, such as a replay or a test double.</summary>
/// <remarks>Implementations are thread-safe. Each call creates a separate stream.</remarks>
public interface IMarketDataSource
{
    /// <summary>Streams the snapshots of the contracts and the events of the stream, such as outages, in the order in which they happened.</summary>
    /// <param name="contracts">The contracts to stream.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null. Thrown by the call, not by the first read.</exception>
    IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default);
}
