namespace HedgeTech.Ime.Streaming.Session;

/// <summary>A stream that opens or claims its feed when the enumeration starts.</summary>
/// <param name="open">Returns the session of the feed.</param>
/// <param name="cancellationToken">The token of the call that created the stream. The enumeration may have another token.</param>
internal sealed class FeedEnumerable<TEvent>(Func<FeedSession> open, CancellationToken cancellationToken) : IAsyncEnumerable<TEvent>
    where TEvent : FeedEvent
{
    private readonly CancellationToken _cancellationToken = cancellationToken;

    public IAsyncEnumerator<TEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        open().Enumerate<TEvent>(_cancellationToken, cancellationToken);
}
