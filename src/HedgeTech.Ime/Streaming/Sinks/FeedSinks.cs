namespace HedgeTech.Ime.Streaming.Sinks;

/// <summary>The sinks of a feed: what waits for them, and who calls them.</summary>
/// <param name="Queue">What waits. Used under the lock of the feed.</param>
/// <param name="Caller">Calls them, outside the lock.</param>
internal sealed record FeedSinks(SinkQueue Queue, SinkCaller Caller)
{
    /// <summary>The sinks of the options; null if there are none.</summary>
    public static FeedSinks? Of(FeedOptions options, TimeProvider timeProvider) =>
        options.Sinks.Count == 0 ? null : new FeedSinks(new SinkQueue(), new SinkCaller(options.Sinks, timeProvider));

    /// <summary>Refuses a call that waits for the feed, from a sink for which the feed waits.</summary>
    /// <exception cref="InvalidOperationException">This thread is within a call to a sink of this feed.</exception>
    public void ThrowIfCallsHere()
    {
        if (Caller.CallsHere)
        {
            throw new InvalidOperationException("An IFeedSink must not call the feed that calls it: the feed waits until the sink returns.");
        }
    }
}
