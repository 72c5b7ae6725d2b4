namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>What an enumerator reads from: the feed, as far as a consumer may see it. Thread-safe.</summary>
internal interface IEventSource
{
    /// <summary>Starts to connect, if that has not begun.</summary>
    void Begin();

    /// <summary>Takes the next event, or the end.</summary>
    /// <param name="wait">Whether the consumer waits if there is neither; it is then woken once there is.</param>
    /// <param name="taken">The event; null at the end.</param>
    /// <param name="end">How the feed ended, if there is no event.</param>
    /// <returns>False if there is neither an event nor an end.</returns>
    bool TryTake(bool wait, out FeedEvent? taken, out FeedEnd? end);

    /// <summary>Ends the feed. The first end stands. Returns at once; the connections are closed in the background.</summary>
    void End(FeedEnd end);

    /// <summary>Measures how long an event waited for the consumer. Called only while that is listened to.</summary>
    void MeasureDelivery(FeedEvent delivered);
}
