namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// Where consumer and lines wait for each other: the consumer for something to take, and with <see cref="FeedOverflow.Wait"/> the lines for the consumer.
/// Not thread-safe: used under the lock of the feed. What it returns is completed outside that lock.
/// </summary>
internal sealed class ConsumerGate
{
    private bool _isWaiting;

    /// <summary>Completed when lines that wait for the consumer are to ask again whether they may continue.</summary>
    private TaskCompletionSource? _space;

    /// <summary>The enumerator; null until the enumeration is claimed.</summary>
    public IFeedConsumer? Consumer { get; private set; }

    /// <summary>Claims the one enumeration.</summary>
    /// <exception cref="InvalidOperationException">It is claimed already.</exception>
    public void Claim(IFeedConsumer consumer) => Consumer = Consumer is null
        ? consumer
        : throw new InvalidOperationException("This MarketFeed is being enumerated or was enumerated already, and it can be enumerated only once. Open another feed with ImeClient.OpenFeed.");

    /// <summary>The consumer has found nothing.</summary>
    /// <param name="isWaiting">Whether it waits from here on, and must be woken.</param>
    public void FoundNothing(bool isWaiting) => _isWaiting = isWaiting;

    /// <summary>Ends the wait of the consumer if there is news for it.</summary>
    /// <returns>Whether the caller has to wake the consumer, once.</returns>
    public bool EndWait(bool isNews)
    {
        bool wake = _isWaiting && isNews;
        _isWaiting &= !wake;
        return wake;
    }

    /// <summary>Completes when a line that waits for the consumer is to ask again.</summary>
    public Task WaitForSpace() => (_space ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>What the lines wait for, to be completed by the caller; null if none waits.</summary>
    public TaskCompletionSource? TakeSpace()
    {
        TaskCompletionSource? space = _space;
        _space = null;
        return space;
    }
}
