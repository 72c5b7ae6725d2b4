namespace HedgeTech.Ime.Hosting.Feeds;

/// <summary>A feed with options of its own, as the source that a board is filled from. It is enumerated once.</summary>
internal sealed class OpenedFeed(MarketFeed feed) : IMarketDataSource
{
    public IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default) => feed.ReadEventsAsync(cancellationToken);
}
