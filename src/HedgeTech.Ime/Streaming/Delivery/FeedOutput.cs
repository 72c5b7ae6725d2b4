using HedgeTech.Ime.Streaming.Sinks;

namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// Puts snapshots and events into the consumer's buffer, and keeps what waits for the log. If the feed has sinks, snapshots and events go into the queue of
/// the sinks first, and come back here once the sinks have seen them.
/// </summary>
internal sealed class FeedOutput(FeedBuffer buffer, SinkQueue? sinks = null)
{
    private static readonly TimeSpan RejectionsLoggedEvery = TimeSpan.FromSeconds(10);

    private readonly Queue<FeedEvent> _announcements = new();
    private readonly Queue<(FeedDiagnostic Diagnostic, int Connection)> _diagnostics = new();
    private bool _isDropping;
    private Moment? _rejectionLoggedAt;

    public FeedCounters Counters { get; } = new();

    /// <summary>Whether something waits for the log.</summary>
    public bool HasAnnouncements => _announcements.Count > 0 || _diagnostics.Count > 0;

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
            _announcements.Enqueue(new SnapshotsDropped { Count = 1, ReceivedAt = snapshot.ReceivedAt });
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
        _announcements.Enqueue(announced);
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

    /// <summary>Reports each rejected message to the consumer, but at most one in ten seconds to the log: a peer that sends nonsense must not fill it.</summary>
    public void Reject(FrameRejected rejected, Moment now)
    {
        Counters.CountRejected();
        Add(rejected);
        if (!(now - _rejectionLoggedAt < RejectionsLoggedEvery))
        {
            _rejectionLoggedAt = now;
            _announcements.Enqueue(rejected);
        }
    }

    /// <summary>Tells only the log, about the connection of that number.</summary>
    public void Log(FeedDiagnostic diagnostic, int connection) => _diagnostics.Enqueue((diagnostic, connection));

    public bool TryTakeAnnouncement(out FeedEvent? announcement) => _announcements.TryDequeue(out announcement);

    public bool TryTakeDiagnostic(out (FeedDiagnostic Diagnostic, int Connection) diagnostic) => _diagnostics.TryDequeue(out diagnostic);

    public bool TryTake(out FeedEvent? taken)
    {
        bool any = buffer.TryTake(out taken);
        _isDropping &= !buffer.IsEmpty;
        return any;
    }
}
