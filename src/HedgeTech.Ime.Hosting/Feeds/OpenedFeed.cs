namespace HedgeTech.Ime.Hosting.Feeds;

/// <summary>A feed with its own options, as the source of a board. It is enumerated once. Its disposal waits until its sinks have been told of the end.</summary>
internal sealed class OpenedFeed(MarketFeed feed) : IMarketDataSource, IAsyncDisposable
{
    public IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default) => feed.ReadEventsAsync(cancellationToken);

    public ValueTask DisposeAsync() => feed.DisposeAsync();
}
