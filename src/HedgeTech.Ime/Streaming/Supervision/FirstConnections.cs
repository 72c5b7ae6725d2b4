using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>A caller waits until each part of the contracts is accepted for the first time. Until then any failure ends the feed.</summary>
internal sealed class FirstConnections
{
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when all are accepted; failed when the feed ends before that.</summary>
    public Task Accepted => _decided.Task;

    public bool IsAwaited => !_decided.Task.IsCompleted;

    public void Accept() => _decided.TrySetResult();

    public void GiveUp(FeedEnd end)
    {
        if (end.Failure is not null)
        {
            _decided.TrySetException(end.Failure);
        }
        else if (end.Cancellation.IsCancellationRequested)
        {
            _decided.TrySetCanceled(end.Cancellation);
        }
        else
        {
            _decided.TrySetException(new ObjectDisposedException(nameof(MarketFeed)));
        }
    }
}
