namespace HedgeTech.Ime;

/// <summary>Observes a feed ahead of its consumer: it gets every snapshot and event, in order, however slow the consumer is. Add it to <see cref="FeedOptions.Sinks"/>.</summary>
/// <remarks>
/// <para>
/// A sink gets each snapshot and event of the feed once, after the choice between several lines and before the consumer's buffer. A snapshot that this buffer
/// drops or replaces has reached the sink, and a feed that nobody enumerates, begun by <see cref="MarketFeed.ConnectAsync"/>, still calls its sinks.
/// </para>
/// <para>
/// The calls for one feed come one at a time, in order, on whichever thread receives. They delay receiving, so a sink must be quick, and it must not call the feed
/// or wait for its consumer. A sink shared by several feeds gets the calls of all of them, several at a time.
/// </para>
/// <para>An exception that a sink throws is logged once an episode and counted. The stream continues, and the sink gets the next call.</para>
/// </remarks>
public interface IFeedSink
{
    /// <summary>A snapshot was received.</summary>
    /// <param name="snapshot">The snapshot, which the consumer gets too.</param>
    /// <param name="frame">The message that it was read from, as it came (JSON, UTF-8). Valid during the call only: copy what you keep.</param>
    void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame);

    /// <summary>An event happened that is not a snapshot, such as <see cref="FeedInterrupted"/> or <see cref="FrameRejected"/>.</summary>
    /// <param name="feedEvent">The event. Never <see cref="SnapshotsDropped"/>, as that is about what the consumer missed.</param>
    void OnEvent(FeedEvent feedEvent);

    /// <summary>The messages that were read together have been passed on. Called before the consumer can take them.</summary>
    void OnBatchEnd()
    {
    }

    /// <summary>The feed has ended. The last call for this feed; it comes once, if the feed has begun to connect.</summary>
    /// <param name="exception">The exception that ended the feed; null if it ended by disposal or by a cancellation token.</param>
    void OnEnd(Exception? exception)
    {
    }
}
