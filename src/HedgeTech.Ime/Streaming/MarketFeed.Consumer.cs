using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime;

/// <content>What the enumerator calls.</content>
public sealed partial class MarketFeed
{
    private bool _isConsumerWaiting;

    /// <summary>Completed when lines that wait for the consumer are to ask whether they may go on.</summary>
    private TaskCompletionSource? _space;

    private bool _hasBegun;

    /// <summary>Starts to connect, if it has not.</summary>
    internal void Begin()
    {
        if (Interlocked.Exchange(ref _hasBegun, true))
        {
            return;
        }

        // Before the lock, as neither may be called under it; an end that comes first, or meanwhile, takes it back.
        Meter.Begin(ReadMeter);
        ListenToNetwork();
        bool hasEnded;
        bool isClientDisposed;
        lock (_gate)
        {
            hasEnded = _isStopping;
            isClientDisposed = !hasEnded && !_openFeeds.TryAdd(this);
            if (!hasEnded && !isClientDisposed)
            {
                foreach (ContractSet part in _environment.Planner.Plan(Contracts))
                {
                    Run(_supervisor!.AddShard(part));
                }

                WithoutContext(StartClock);
            }
        }

        if (isClientDisposed)
        {
            // It was disposed of after the enumerator was made.
            End(new FeedEnd());
        }
        else if (hasEnded)
        {
            LeaveNetwork();
            Meter.End(ReadMeter);
        }
    }

    /// <summary>Takes the next event, or the end. False if there is neither; then, if asked, the consumer is woken once there is.</summary>
    internal bool TryTake(bool wait, out FeedEvent? taken, out FeedEnd? end)
    {
        TaskCompletionSource? space = null;
        lock (_gate)
        {
            end = _supervisor!.End;
            if (end is not null && end.Failure is null)
            {
                // Cancelled or disposed: the caller wants no more.
                taken = null;
                return true;
            }

            if (_supervisor.TryTake(out taken))
            {
                end = null;
                if (_space is not null && !_supervisor.MustWait)
                {
                    (space, _space) = (_space, null);
                }
            }
            else if (end is null)
            {
                _isConsumerWaiting = wait;
                return false;
            }
        }

        space?.TrySetResult();
        return true;
    }
}
