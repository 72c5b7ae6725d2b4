using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// The synchronous heart of a feed: decides on outages, proof, refusals, replacements and endings, and keeps the order of events. Inputs are method
/// calls that carry the <see cref="Moment"/>; what is to be done comes back as a <see cref="NextStep"/>, is asked of a <see cref="Line"/>, or waits in the buffer.
/// It has no clock, no thread and no await of its own, so that a test can drive it through any life. Not thread-safe: the feed calls it under its lock.
/// </summary>
internal sealed partial class FeedSupervisor(FeedBuffer buffer, FeedOptions options, FeedPolicy policy)
{
    private static readonly TimeSpan RejectionsAnnouncedEvery = TimeSpan.FromSeconds(10);

    private readonly List<Shard> _shards = [];
    private readonly Queue<FeedEvent> _announcements = new();
    private readonly Queue<(FeedNotice Notice, int Connection)> _notices = new();
    private int _lastNumber;
    private bool _isDropping;
    private long _received;
    private long _rejected;
    private Moment? _rejectionAnnouncedAt;
    private long _reconnects;
    private long _messages;
    private long _bytes;
    private DateTimeOffset? _lastReceivedAt;
    private string? _lastFailure;
    private DateTimeOffset? _lastFailureAt;
    private FirstConnections? _first;

    /// <summary>How the feed ended; null while it runs. The first end stands.</summary>
    public FeedEnd? End { get; private set; }

    /// <summary>
    /// Whether lines wait for the consumer. They do not while an update changes over to new lines: the consumer may be the one that waits for the update.
    /// </summary>
    public bool MustWait => buffer.MustWait && End is null && !IsChangingOver;

    public FeedState State
    {
        get
        {
            if (End is not null)
            {
                return FeedState.Ended;
            }

            if (_shards.Count == 0)
            {
                return FeedState.Idle;
            }

            if (_shards.Exists(static shard => shard.Outage.IsOpen))
            {
                return FeedState.Interrupted;
            }

            return _shards.Exists(static shard => shard.Lines.Count == 0) ? FeedState.Connecting : FeedState.Live;
        }
    }

    public FeedStatistics Statistics => new()
    {
        Received = _received,
        Delivered = buffer.Delivered,
        Dropped = buffer.Dropped,
        Replaced = buffer.Replaced,
        Rejected = _rejected,
        Reconnects = _reconnects,
        Waiting = buffer.Waiting,
        Bytes = _bytes,
        LastReceivedAt = _lastReceivedAt,
        LastFailure = _lastFailure,
        LastFailureAt = _lastFailureAt,
    };

    /// <summary>Messages of all lines, those that another has brought too and rejected ones included.</summary>
    public long Messages => _messages;

    /// <summary>Adds a shard; the caller then starts to connect its lanes.</summary>
    public Shard AddShard(ContractSet contracts)
    {
        Shard shard = NewShard(contracts);
        _shards.Add(shard);
        buffer.MakeRoomFor(_shards.Sum(static other => other.Contracts.Count));
        return shard;
    }

    /// <summary>
    /// Replaces a shard whose request line was too long; the parts inherit its history. An open outage goes on in each: for a part that has got a number of
    /// its own it is announced again, so that it can be resumed under that number.
    /// </summary>
    public IReadOnlyList<Shard> Split(Shard shard, IReadOnlyList<ContractSet> parts, Moment now)
    {
        List<Shard> split = [];
        foreach (ContractSet contracts in parts)
        {
            Shard part = shard.With(split.Count == 0 ? shard.Number : ++_lastNumber, contracts, new SilenceWatch(options));
            split.Add(part);
            if (split.Count > 1 && part.Outage.Renumber(part.Number, contracts, now) is { } interrupted)
            {
                Announce(interrupted);
            }
        }

        foreach (Lane lane in shard.Lanes)
        {
            OpeningEnds(lane);
        }

        shard.IsRetired = true;
        List<Shard> home = shard.IsTrial ? _update!.New : _shards;
        home.Remove(shard);
        home.AddRange(split);
        if (_update is { } update && update.Old.Remove(shard))
        {
            update.Old.AddRange(split);
        }

        return split;
    }

    /// <summary>A line brought a snapshot.</summary>
    public void Received(Line line, MarketSnapshot snapshot, long bytes, Moment now)
    {
        if (End is not null || line.IsOver || IsUnwanted(line, snapshot.Contract))
        {
            return;
        }

        _takeover.Note(MustWait, now);
        CountMessage(line, now, bytes);
        if (!line.IsProven)
        {
            Prove(line, now);
        }
        else if (line.Shard.Outage is { IsOpen: true, Pending: null })
        {
            // It was proven before, but had fallen silent when the other one ended.
            Resume(line.Shard, now);
        }

        if (line.CarriesSince is null && Shows(line, snapshot.Contract))
        {
            line.CarriesSince = now;
            IsTimerStale = true;
        }

        if (line.IsArbitrated)
        {
            Arbitrate(line, snapshot, now);
            if (line.Shard.Outage.Pending is { } pending && CarriesOn(line, pending.Ended, now))
            {
                ResolvePendingOutage(line.Shard, now);
            }
        }
        else
        {
            Deliver(snapshot);
        }
    }

    /// <summary>A line brought a message that is no snapshot. It proves nothing: an endpoint that greets with an error is not healthy.</summary>
    public void Rejected(Line line, FrameRejected rejected, long bytes, Moment now)
    {
        if (End is null && !line.IsOver)
        {
            CountMessage(line, now, bytes);
            _rejected++;
            buffer.Add(rejected);
            if (!(now - _rejectionAnnouncedAt < RejectionsAnnouncedEvery))
            {
                // The consumer is told of each, the log of one at a time: a peer that sends nonsense must not fill it.
                _rejectionAnnouncedAt = now;
                _announcements.Enqueue(rejected);
            }
        }
    }

    /// <summary>The next event for the consumer.</summary>
    public bool TryTake(out FeedEvent? taken)
    {
        _takeover.MayHaveWaited(MustWait);
        bool any = buffer.TryTake(out taken);
        if (buffer.IsEmpty)
        {
            _isDropping = false;
        }

        return any;
    }

    /// <summary>Whether something waits for the consumer.</summary>
    public bool HasEvents => !buffer.IsEmpty;

    /// <summary>Whether something waits for the log.</summary>
    public bool HasAnnouncements => _announcements.Count > 0 || _notices.Count > 0;

    /// <summary>What has happened since the last call, for the log: every event but the snapshots, and of the rejections one in ten seconds.</summary>
    public bool TryTakeAnnouncement(out FeedEvent? announcement) => _announcements.TryDequeue(out announcement);

    /// <summary>What else the log is to say, with the number of the connection it is about.</summary>
    public bool TryTakeNotice(out (FeedNotice Notice, int Connection) notice) => _notices.TryDequeue(out notice);

    /// <summary>Ends the feed, if it has not ended before.</summary>
    public void EndBy(FeedEnd end)
    {
        if (End is null)
        {
            End = end;
            _lastFailure = end.Failure?.Message ?? _lastFailure;
            _first?.GiveUp(end);
        }
    }

    /// <summary>Done when every shard is accepted. Until then the first failure ends the feed, also one that would be tried again otherwise.</summary>
    public Task AcceptedAtFirst()
    {
        _first = new FirstConnections();
        if (End is not null)
        {
            _first.GiveUp(End);
        }

        return _first.Accepted;
    }

    /// <summary>The consumer takes snapshots only. Before the first event is taken.</summary>
    public void KeepSnapshotsOnly() => buffer.KeepSnapshotsOnly();

    private void NoteFailure(string failure, Moment now)
    {
        if (End is null)
        {
            (_lastFailure, _lastFailureAt) = (failure, now.Utc);
        }
    }

    private Shard NewShard(ContractSet contracts, int? number = null) =>
        new(number ?? ++_lastNumber, contracts, new SilenceWatch(options), options.Redundancy);

    private void Deliver(MarketSnapshot snapshot)
    {
        _received++;
        long dropped = buffer.Dropped;
        buffer.Add(snapshot);
        if (buffer.Dropped > dropped && !_isDropping)
        {
            // Once per episode: an episode lasts until the consumer has caught up.
            _isDropping = true;
            _announcements.Enqueue(new SnapshotsDropped { Count = buffer.Dropped - dropped, ReceivedAt = snapshot.ReceivedAt });
        }
    }

    private void CountMessage(Line line, Moment now, long bytes)
    {
        Shard shard = line.Shard;
        shard.Outage.Heard(now);
        shard.Silence.Heard(now);
        _lastReceivedAt = now.Utc;
        _messages++;
        _bytes += bytes;
        line.BehindSince = null;
    }

    private void Announce(FeedEvent announced)
    {
        buffer.Add(announced);
        _announcements.Enqueue(announced);
    }

    private void Notice(FeedNotice notice, Shard shard) => _notices.Enqueue((notice, shard.Number));
}
