namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// The waits between consumer and lines: the consumer waits for something to take and, with <see cref="FeedOverflow.Wait"/>, the lines wait for the consumer.
/// Not thread-safe: used under the lock of the feed. The caller completes what it returns outside that lock.
/// </summary>
internal sealed class ConsumerGate
{
    private IFeedConsumer? _consumer;
    private bool _isWaiting;

    /// <summary>Completed when the lines that wait for the consumer should check again whether they may continue.</summary>
    private TaskCompletionSource? _space;

    /// <summary>Claims the one enumeration.</summary>
    /// <exception cref="InvalidOperationException">The enumeration is already claimed.</exception>
    public void Claim(IFeedConsumer consumer) => _consumer = _consumer is null
        ? consumer
        : throw new InvalidOperationException("This MarketFeed is or was already enumerated, and it can be enumerated only once. Open another feed with ImeClient.OpenFeed.");

    /// <summary>Records that the consumer found nothing to take.</summary>
    /// <param name="isWaiting">Whether the consumer now waits and must be woken.</param>
    public void FoundNothing(bool isWaiting) => _isWaiting = isWaiting;

    /// <summary>Ends the wait of the consumer if there is something for it.</summary>
    /// <returns>The consumer, which the caller has to wake; null if it does not wait, or for nothing new. Returned once per wait.</returns>
    public IFeedConsumer? EndWait(bool isNews)
    {
        bool wake = _isWaiting && isNews;
        _isWaiting &= !wake;
        return wake ? _consumer : null;
    }

    /// <summary>Returns a task that completes when a line that waits for the consumer should check again.</summary>
    public Task WaitForSpace() => (_space ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Returns what the lines wait for, which the caller completes; null if no line waits.</summary>
    public TaskCompletionSource? TakeSpace()
    {
        TaskCompletionSource? space = _space;
        _space = null;
        return space;
    }
}
