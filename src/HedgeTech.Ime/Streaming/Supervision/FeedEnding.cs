using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Events;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>How a feed ended, and the caller that waits for its first connections. Until all of them are accepted, any failure ends the feed.</summary>
internal sealed class FeedEnding(FeedCounters counters)
{
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAwaited;

    /// <summary>How the feed ended; null while it runs. The first end stands.</summary>
    public FeedEnd? End { get; private set; }

    /// <summary>Whether a caller waits for the first connections, and not all of them are accepted.</summary>
    public bool AreFirstConnectionsAwaited => _isAwaited && !_accepted.Task.IsCompleted;

    /// <summary>Completes when every connection is accepted; fails if the feed ends before that.</summary>
    public Task AwaitFirstConnections()
    {
        _isAwaited = true;
        if (End is not null)
        {
            GiveUp(End);
        }

        return _accepted.Task;
    }

    public void FirstConnectionsAccepted() => _accepted.TrySetResult();

    /// <summary>Ends the feed, if it has not ended before.</summary>
    public void EndBy(FeedEnd end)
    {
        if (End is not null)
        {
            return;
        }

        End = end;
        counters.NoteEnd(end);
        if (_isAwaited)
        {
            GiveUp(end);
        }
    }

    /// <summary>Notes a failure for the statistics, unless the feed has ended.</summary>
    public void NoteFailure(string failure, Moment now)
    {
        if (End is null)
        {
            counters.NoteFailure(failure, now);
        }
    }

    private void GiveUp(FeedEnd end)
    {
        if (end.Failure is not null)
        {
            _accepted.TrySetException(end.Failure);
        }
        else if (end.Cancellation.IsCancellationRequested)
        {
            _accepted.TrySetCanceled(end.Cancellation);
        }
        else
        {
            _accepted.TrySetException(new ObjectDisposedException(nameof(MarketFeed)));
        }
    }
}
