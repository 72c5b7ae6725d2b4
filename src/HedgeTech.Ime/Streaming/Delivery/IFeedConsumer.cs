namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>The enumerator of a feed, independent of the type of its elements.</summary>
internal interface IFeedConsumer
{
    /// <summary>Completes the wait of the consumer, because there is something to take, or the end. Called once per wait, outside every lock.</summary>
    void Wake();

    /// <summary>Completes the wait and runs the consumer on this thread until its next wait.</summary>
    void WakeHere();
}
