namespace HedgeTech.Ime;

/// <summary>Observes a feed ahead of its consumer. A sink gets every snapshot and event in order, even if the consumer is slow. Add it to <see cref="FeedOptions.Sinks"/>.</summary>
/// <remarks>
/// <para>
/// A sink gets each snapshot and event of the feed once, after the choice between several lines and before the consumer's buffer. A snapshot that this buffer
/// drops or replaces has reached the sink, and a feed that nobody enumerates, begun by <see cref="MarketFeed.ConnectAsync"/>, still calls its sinks. The consumer
/// can take a snapshot or an event only when every sink has returned.
/// </para>
/// <para>
/// The calls for one feed come one at a time, in order, on a thread that receives or on one of the pool, and without a lock. They delay receiving, so a sink must be
/// quick. It must not wait for the feed or for its consumer: <see cref="MarketFeed.UpdateAsync"/>, <see cref="MarketFeed.ConnectAsync"/>,
/// <see cref="MarketFeed.DisposeAsync"/> and the enumeration throw an <see cref="InvalidOperationException"/> within a call to a sink. A sink shared by several
/// feeds gets the calls of all of them, several at a time.
/// </para>
/// <para>
/// An exception that a sink throws is logged once an episode and counted in <see cref="FeedStatistics.SinkFailures"/>. The stream continues, and the sink gets the
/// next call.
/// </para>
/// <para>
/// <see cref="FeedSinkExtensions.WithSinks"/> calls sinks for the stream of any other source. Such a stream has no statistics and does not notice a call from a sink, and its sinks get
/// every event, <see cref="SnapshotsDropped"/> too.
/// </para>
/// <para>
/// The owner of a sink disposes of it after the feed or its client, whose disposal waits for <see cref="OnEnd"/>, for 10 seconds at most if a sink does not return.
/// </para>
/// </remarks>
public interface IFeedSink
{
    /// <summary>A snapshot was received.</summary>
    /// <param name="snapshot">The snapshot, which the consumer gets too.</param>
    /// <param name="frame">The message as it was received (JSON, UTF-8). Valid only during the call: copy what you keep.</param>
    void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame);

    /// <summary>An event happened that is not a snapshot, such as <see cref="FeedInterrupted"/> or <see cref="FrameRejected"/>.</summary>
    /// <param name="feedEvent">
    /// The event. A sink gets <see cref="SnapshotsDropped"/> only for snapshots that arrived too late to be delivered in order, which nobody gets. It does not get it for those
    /// that the consumer's buffer dropped: the sink has seen them.
    /// </param>
    void OnEvent(FeedEvent feedEvent);

    /// <summary>All messages that were read together have been passed to the sink. Called before the consumer can take them.</summary>
    void OnBatchEnd()
    {
    }

    /// <summary>The feed has ended. The last call for this feed. It comes once, if the feed has begun to connect.</summary>
    /// <param name="exception">The exception that ended the feed; null if it was disposed or cancelled.</param>
    void OnEnd(Exception? exception)
    {
    }
}
