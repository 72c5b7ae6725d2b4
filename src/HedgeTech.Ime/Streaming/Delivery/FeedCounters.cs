using HedgeTech.Ime.Streaming.Events;

namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>The counts of a feed, and its last failure.</summary>
internal sealed class FeedCounters
{
    private long _received;
    private long _rejected;
    private long _reconnects;
    private long _bytes;
    private long _sinkFailures;
    private DateTimeOffset? _lastReceivedAt;
    private string? _lastFailure;
    private DateTimeOffset? _lastFailureAt;

    /// <summary>Messages of all lines, including duplicates and rejected messages.</summary>
    public long Messages { get; private set; }

    public void CountMessage(long bytes, Moment now)
    {
        Messages++;
        _bytes += bytes;
        _lastReceivedAt = now.Utc;
    }

    /// <summary>Counts snapshots that are delivered, or that come too late for that, each once.</summary>
    public void CountReceived(long count = 1) => _received += count;

    public void CountRejected() => _rejected++;

    public void CountReconnect() => _reconnects++;

    public void CountSinkFailures(int count) => _sinkFailures += count;

    public void NoteFailure(string failure, Moment now) => (_lastFailure, _lastFailureAt) = (failure, now.Utc);

    public void NoteEnd(FeedEnd end) => _lastFailure = end.Failure?.Message ?? _lastFailure;

    public FeedStatistics ToStatistics(FeedBuffer buffer) => new()
    {
        Received = _received,
        Delivered = buffer.Delivered,
        Dropped = buffer.Dropped,
        Replaced = buffer.Replaced,
        Rejected = _rejected,
        Reconnects = _reconnects,
        Waiting = buffer.Waiting,
        Bytes = _bytes,
        SinkFailures = _sinkFailures,
        LastReceivedAt = _lastReceivedAt,
        LastFailure = _lastFailure,
        LastFailureAt = _lastFailureAt,
    };
}
