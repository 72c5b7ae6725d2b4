using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Sinks;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Hands snapshots and events to the consumer's buffer, and to the journal what the log reports of them. If the feed has sinks, they go into the queue of the
/// sinks first, and come back here once the sinks have seen them.
/// </summary>
internal sealed class FeedOutput(FeedBuffer buffer, SinkQueue? sinks = null)
{
    private static readonly TimeSpan RejectionsLoggedEvery = TimeSpan.FromSeconds(10);

    private bool _isDropping;
    private Moment? _rejectionLoggedAt;

    public FeedCounters Counters { get; } = new();

    /// <summary>What waits for the log.</summary>
    public FeedJournal Journal { get; } = new();

    /// <summary>Delivers a snapshot; its message is for the sinks.</summary>
    public void Deliver(MarketSnapshot snapshot, ReadOnlyMemory<byte> frame)
    {
        if (sinks is null)
        {
            Pass(snapshot);
        }
        else
        {
            sinks.Add(snapshot, frame.Span);
        }
    }

    /// <summary>Gives the consumer what the sinks have seen.</summary>
    public void Pass(SinkBatch seen)
    {
        foreach (ref readonly SinkEntry entry in seen.Entries)
        {
            switch (entry.Event)
            {
                case MarketSnapshot snapshot:
                    Pass(snapshot);
                    break;
                case SnapshotsDropped lost:
                    Pass(lost.Count, lost.ReceivedAt);
                    break;
                default:
                    buffer.Add(entry.Event);
                    break;
            }
        }
    }

    private void Pass(MarketSnapshot snapshot)
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
        if (late <= 0)
        {
            return;
        }

        if (sinks is null)
        {
            Pass(late, now.Utc);
        }
        else
        {
            sinks.Add(new SnapshotsDropped { Count = late, ReceivedAt = now.Utc });
        }
    }

    private void Pass(long late, DateTimeOffset at)
    {
        Counters.CountReceived(late);
        buffer.CountLost(late, at);
    }

    public void Announce(FeedEvent announced)
    {
        Add(announced);
        Journal.Add(announced);
    }

    private void Add(FeedEvent added)
    {
        if (sinks is null)
        {
            buffer.Add(added);
        }
        else
        {
            sinks.Add(added);
        }
    }

    /// <summary>Tells the consumer of each rejected message, and the log of one at a time: a peer that sends nonsense must not fill the log.</summary>
    public void Reject(FrameRejected rejected, Moment now)
    {
        Counters.CountRejected();
        Add(rejected);
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
