namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>How a feed ended: by the caller's token, by disposal, or by an exception.</summary>
/// <param name="Failure">The exception that the enumeration throws, after what still waits; null otherwise.</param>
/// <param name="Cancellation">The caller's token, if it was that.</param>
internal sealed record FeedEnd(Exception? Failure = null, CancellationToken Cancellation = default)
{
    /// <summary>Whether the feed, its enumerator or its client was disposed.</summary>
    public bool IsDisposal => Failure is null && !Cancellation.IsCancellationRequested;
}
