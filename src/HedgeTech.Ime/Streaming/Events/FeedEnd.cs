namespace HedgeTech.Ime.Streaming.Events;

/// <summary>How a feed ended: by the caller's token, by disposal, or by an exception.</summary>
/// <param name="Failure">The exception that the enumeration throws after it has delivered what still waits; null if the feed did not fail.</param>
/// <param name="Cancellation">The caller's token, if it ended the feed.</param>
internal sealed record FeedEnd(Exception? Failure = null, CancellationToken Cancellation = default)
{
    /// <summary>Whether the feed, its enumerator or its client was disposed.</summary>
    public bool IsDisposal => Failure is null && !Cancellation.IsCancellationRequested;
}
