using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Hosting.Feeds;

/// <summary>A source, such as a relay, whose streams call sinks.</summary>
internal sealed class SinkSource(IMarketDataSource source, IReadOnlyList<IFeedSink> sinks, ILogger logger) : IMarketDataSource
{
    public IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, CancellationToken cancellationToken = default) =>
        source.StreamEventsAsync(contracts, cancellationToken).WithSinks(sinks, logger, cancellationToken);
}
