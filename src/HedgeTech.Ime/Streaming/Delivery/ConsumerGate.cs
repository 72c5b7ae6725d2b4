namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// The waits between consumer and lines: the consumer waits for something to take and, with <see cref="FeedOverflow.Wait"/>, the lines wait for the consumer.
/// Not thread-safe: used under the lock of the feed. The caller completes what it returns outside that lock.
/// </summary>
internal sealed class ConsumerGate
{
    private bool _isWaiting;

    /// <summary>Completed when the lines that wait for the consumer should check again whether they may continue.</summary>
    private TaskCompletionSource? _space;

    /// <summary>The enumerator; null until the enumeration is claimed.</summary>
    public IFeedConsumer? Consumer { get; private set; }

    /// <summary>Claims the one enumeration.</summary>
    /// <exception cref="InvalidOperationException">The enumeration is already claimed.</exception>
    public void Claim(IFeedConsumer consumer) => Consumer = Consumer is null
        ? consumer
        : throw new InvalidOperationException("This MarketFeed is or was already enumerated, and it can be enumerated only once. Open another feed with ImeClient.OpenFeed.");

    /// <summary>Records that the consumer found nothing to take.</summary>
    /// <param name="isWaiting">Whether the consumer now waits and must be woken.</param>
    public void FoundNothing(bool isWaiting) => _isWaiting = isWaiting;

    /// <summary>Ends the wait of the consumer if there is something for it.</summary>
    /// <returns>Whether the caller has to wake the consumer. True once per wait.</returns>
    public bool EndWait(bool isNews)
    {
        bool wake = _isWaiting && isNews;
        _isWaiting &= !wake;
        return wake;
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
