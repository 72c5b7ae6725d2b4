namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>The enumerator of a feed, whatever it yields.</summary>
internal interface IFeedConsumer
{
    /// <summary>Completes its wait: something to take or the end is there. Called once per wait, without a lock.</summary>
    void Wake();

    /// <summary>The same, but it runs on this thread, to its next wait.</summary>
    void WakeHere();
}
