namespace HedgeTech.Ime.Streaming.Session;

/// <summary>A stream that opens, or claims, its feed when the enumeration begins.</summary>
/// <param name="open">Returns the session of the feed.</param>
/// <param name="cancellationToken">The token given with the call; the enumeration may bring another.</param>
internal sealed class FeedEnumerable<TEvent>(Func<FeedSession> open, CancellationToken cancellationToken) : IAsyncEnumerable<TEvent>
    where TEvent : FeedEvent
{
    private readonly CancellationToken _cancellationToken = cancellationToken;

    public IAsyncEnumerator<TEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        open().Enumerate<TEvent>(_cancellationToken, cancellationToken);
}
