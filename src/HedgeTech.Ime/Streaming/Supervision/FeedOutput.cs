using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Hands snapshots and events to the consumer's buffer, and to the journal what the log reports of them.</summary>
internal sealed class FeedOutput(FeedBuffer buffer)
{
    private static readonly TimeSpan RejectionsLoggedEvery = TimeSpan.FromSeconds(10);

    private bool _isDropping;
    private Moment? _rejectionLoggedAt;

    public FeedCounters Counters { get; } = new();

    /// <summary>What waits for the log.</summary>
    public FeedJournal Journal { get; } = new();

    public void Deliver(MarketSnapshot snapshot)
    {
        Counters.CountReceived();
        if (buffer.Add(snapshot) && !_isDropping)
        {
            // Once per episode: an episode lasts until the consumer has caught up.
            _isDropping = true;
            Journal.Add(new SnapshotsDropped { Count = 1, ReceivedAt = snapshot.ReceivedAt });
        }
    }

    /// <summary>Counts and announces snapshots that came too late to be delivered in order.</summary>
    public void Lose(int late, Moment now)
    {
        if (late > 0)
        {
            Counters.CountReceived(late);
            buffer.CountLost(late, now.Utc);
        }
    }

    public void Announce(FeedEvent announced)
    {
        buffer.Add(announced);
        Journal.Add(announced);
    }

    /// <summary>Tells the consumer of each rejected message, and the log of one at a time: a peer that sends nonsense must not fill the log.</summary>
    public void Reject(FrameRejected rejected, Moment now)
    {
        Counters.CountRejected();
        buffer.Add(rejected);
        if (!(now - _rejectionLoggedAt < RejectionsLoggedEvery))
        {
            _rejectionLoggedAt = now;
            Journal.Add(rejected);
        }
    }

    public bool TryTake(out FeedEvent? taken)
    {
        bool any = buffer.TryTake(out taken);
        _isDropping &= !buffer.IsEmpty;
        return any;
    }
}
