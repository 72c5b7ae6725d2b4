namespace HedgeTech.Ime;

/// <summary>Streams market data: what an application asks for, whoever provides it.</summary>
/// <remarks>Implementations are thread-safe; each call is a stream of its own.</remarks>
public interface IMarketDataSource
{
    /// <summary>Streams the snapshots of the contracts and, in exact order between them, what happens to the stream.</summary>
    /// <param name="contracts">What to stream.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null; thrown by the call, before the first read.</exception>
    IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default);
}
