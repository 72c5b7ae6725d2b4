namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>A stream to come: the feed is opened, or claimed, by the enumeration.</summary>
/// <param name="open">Gives the feed.</param>
/// <param name="cancellationToken">The token given with the call; the enumeration may bring another.</param>
internal sealed class FeedEnumerable<TEvent>(Func<MarketFeed> open, CancellationToken cancellationToken) : IAsyncEnumerable<TEvent>
    where TEvent : FeedEvent
{
    private readonly CancellationToken _cancellationToken = cancellationToken;

    public IAsyncEnumerator<TEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        open().Enumerate<TEvent>(_cancellationToken, cancellationToken);
}
