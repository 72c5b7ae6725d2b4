namespace HedgeTech.Ime.Hosting.Feeds;

/// <summary>A feed with its own options, as the source of a board. It is enumerated once.</summary>
internal sealed class OpenedFeed(MarketFeed feed) : IMarketDataSource
{
    public IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default) => feed.ReadEventsAsync(cancellationToken);
}
