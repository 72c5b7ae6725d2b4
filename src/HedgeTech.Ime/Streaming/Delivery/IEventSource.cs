using HedgeTech.Ime.Streaming.Events;

namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>The part of a feed that its enumerator uses. Thread-safe.</summary>
internal interface IEventSource
{
    /// <summary>Starts to connect, unless the feed already has.</summary>
    void Begin();

    /// <summary>Takes the next event, or the end.</summary>
    /// <param name="wait">Whether the consumer waits if there is neither. The feed then wakes it once there is.</param>
    /// <param name="taken">The event; null at the end.</param>
    /// <param name="end">How the feed ended, if there is no event.</param>
    /// <returns>False if there is neither an event nor an end.</returns>
    bool TryTake(bool wait, out FeedEvent? taken, out FeedEnd? end);

    /// <summary>Ends the feed; later calls have no effect. Returns at once; the connections close in the background.</summary>
    void End(FeedEnd end);

    /// <summary>Measures how long an event waited for the consumer. Called only while a collector listens.</summary>
    void MeasureDelivery(FeedEvent delivered);
}
