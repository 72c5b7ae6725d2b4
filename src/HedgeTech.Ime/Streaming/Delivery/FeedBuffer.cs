namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// The bounded buffer of what waits for the consumer, in exact order. One list contains all events. When it is full, one queue per contract determines
/// which snapshot to remove. Not thread-safe. Each call takes constant time and allocates nothing once the buffer has grown to its limit.
/// </summary>
internal sealed class FeedBuffer
{
    /// <summary>When this many events wait that are neither snapshots nor rejections, further ones are merged with them.</summary>
    private const int MaxWaitingEvents = 1024;

    private readonly EventList _list = new();
    private readonly ContractQueues _queues;
    private readonly EventMerger _merger;
    private readonly FeedDelivery _delivery;
    private readonly FeedOverflow _overflow;
    private int _limit;
    private readonly bool _producersWait;
    private bool _snapshotsOnly;
    private readonly WaitingRejections _rejections = new();
    private long _unannouncedDrops;
    private DateTimeOffset _droppedAt;
    private int _waitingInList;
    private int _otherEvents;

    /// <summary>The number of the current stretch, which increases with each event that is not a snapshot. A snapshot never moves to another stretch.</summary>
    private long _stretch;

    /// <summary>The event that follows a <see cref="SnapshotsDropped"/> just taken. It is taken next, even if others are dropped in the meantime.</summary>
    private FeedEvent? _announced;

    /// <param name="options">Delivery, overflow and capacity.</param>
    /// <param name="contracts">The number of contracts. At least this many snapshots may wait, regardless of the capacity.</param>
    /// <param name="snapshotsOnly">Whether the consumer takes only snapshots. Other events are then not kept.</param>
    public FeedBuffer(FeedOptions options, int contracts, bool snapshotsOnly)
    {
        _queues = new ContractQueues(_list);
        _merger = new EventMerger(_list);
        _delivery = options.Delivery;
        _overflow = options.Overflow;
        _limit = Math.Max(options.Capacity, contracts);
        _producersWait = _overflow == FeedOverflow.Wait && _delivery == FeedDelivery.EverySnapshot;
        _snapshotsOnly = snapshotsOnly;
    }

    /// <summary>Snapshots waiting.</summary>
    public int Waiting => _waitingInList + (_announced is MarketSnapshot ? 1 : 0);

    /// <summary>Snapshots removed because the consumer was too slow.</summary>
    public long Dropped { get; private set; }

    /// <summary>Snapshots replaced with <see cref="FeedDelivery.LatestPerContract"/>.</summary>
    public long Replaced { get; private set; }

    /// <summary>Snapshots taken.</summary>
    public long Delivered { get; private set; }

    public bool IsEmpty => _list.First == EventList.None && _announced is null;

    /// <summary>Whether a producer has to wait before it adds the next snapshot.</summary>
    public bool MustWait => _producersWait && _waitingInList >= _limit;

    /// <summary>Raises the limit to one snapshot per contract. It never decreases, because snapshots of earlier contracts may still wait.</summary>
    public void MakeRoomFor(int contracts) => _limit = Math.Max(_limit, contracts);

    /// <summary>Adds a snapshot. Returns true if the buffer was full, so that another snapshot was dropped.</summary>
    public bool Add(MarketSnapshot snapshot)
    {
        if (_delivery == FeedDelivery.LatestPerContract && TryReplace(snapshot))
        {
            return false;
        }

        bool isFull = _waitingInList >= _limit && !_producersWait;
        if (isFull && TryMakeRoom(snapshot))
        {
            return true;
        }

        int place = _list.Append(snapshot);
        _waitingInList++;
        if (_queues.IsFilled)
        {
            _queues.Add(place, snapshot, _stretch);
        }

        return isFull;
    }

    /// <summary>Counts snapshots that arrived too late to be delivered in order; <see cref="SnapshotsDropped"/> will report them.</summary>
    public void CountLost(long lost, DateTimeOffset at)
    {
        Dropped += lost;
        _unannouncedDrops += lost;
        _droppedAt = at;
    }

    public void Add(FeedEvent other)
    {
        if (!_snapshotsOnly && (other is FrameRejected rejected ? _rejections.TryAdd(rejected) : Merge(ref other)))
        {
            _list.Append(other);
            _otherEvents++;
            _stretch++;
        }
    }

    /// <summary>Removes all waiting events except snapshots, for a consumer that takes only snapshots. Called before the first event is taken.</summary>
    public void KeepSnapshotsOnly()
    {
        _snapshotsOnly = true;
        _rejections.Clear();
        int next;
        for (int place = _list.First; place != EventList.None; place = next)
        {
            next = _list[place].Next;
            if (_list[place].Event is not (null or MarketSnapshot))
            {
                RemoveFirst(place);
            }
        }
    }

    public bool TryTake(out FeedEvent? taken)
    {
        if (IsEmpty)
        {
            taken = null;
            return false;
        }

        if (_announced is not null)
        {
            (taken, _announced) = (_announced, null);
        }
        else if (_unannouncedDrops > 0 && !_snapshotsOnly)
        {
            // The next event is set aside. Otherwise a consumer that is slow after each event would get one SnapshotsDropped after another and never a snapshot.
            taken = new SnapshotsDropped { Count = _unannouncedDrops, ReceivedAt = _droppedAt };
            _unannouncedDrops = 0;
            _announced = RemoveFirst(_list.First);
            return true;
        }
        else
        {
            taken = RemoveFirst(_list.First);
        }

        if (taken is MarketSnapshot)
        {
            Delivered++;
        }
        else if (taken is FrameRejected rejected)
        {
            _rejections.Remove(rejected);
        }

        return true;
    }

    /// <summary>Returns whether to append an event, which may be replaced by a merged one.</summary>
    private bool Merge(ref FeedEvent other)
    {
        FeedEvent? merged = other is FeedResumed resumed ? _merger.Span(resumed) : other;
        if (_otherEvents - _rejections.Count >= MaxWaitingEvents)
        {
            int removed = 0;
            merged = _merger.Merge(merged, ref removed);
            _otherEvents -= removed;
        }

        other = merged ?? other;
        return merged is not null;
    }

    /// <summary>
    /// With <see cref="FeedDelivery.LatestPerContract"/>, a newer snapshot gets the place of the waiting one, so that a busy contract does not fall
    /// behind the others. But a snapshot never moves ahead of an event that arrived before it.
    /// </summary>
    private bool TryReplace(MarketSnapshot snapshot)
    {
        if (_waitingInList == 0 || QueueOf(snapshot.Contract) is not { } waiting)
        {
            return false;
        }

        Replaced++;
        if (waiting.Stretch == _stretch)
        {
            waiting.MoveUp(snapshot);
            return true;
        }

        GiveUpLastPlace(waiting);
        return false;
    }

    /// <summary>Drops one waiting snapshot for a new one. Returns true if the new one already has the place of the dropped one.</summary>
    private bool TryMakeRoom(MarketSnapshot snapshot)
    {
        CountLost(1, snapshot.ReceivedAt);
        if (_overflow != FeedOverflow.Conflate)
        {
            RemoveFirst(OldestSnapshot());
            return false;
        }

        ContractQueue? own = QueueOf(snapshot.Contract);
        if (own?.Stretch == _stretch)
        {
            own.MoveUp(snapshot);
            return true;
        }

        // The only place of a queue is removed last, because it is the turn of its contract.
        ContractQueue? victim = own is { Count: > 1 } ? own : _queues.Longest is { Count: > 1 } longest ? longest : own;
        if (victim is not null)
        {
            GiveUpLastPlace(victim);
        }
        else
        {
            RemoveFirst(OldestSuperseded());
        }

        return false;
    }

    private ContractQueue? QueueOf(ContractKey contract)
    {
        if (!_queues.IsFilled)
        {
            _queues.Fill(_stretch, _otherEvents);
        }

        return _queues.Find(contract);
    }

    private void GiveUpLastPlace(ContractQueue queue)
    {
        _queues.GiveUpLastPlace(queue);
        _waitingInList--;
    }

    /// <summary>Removes an event that is the first of its contract.</summary>
    private FeedEvent RemoveFirst(int index)
    {
        ref EventList.Node node = ref _list[index];
        if (node.Queue is { } queue)
        {
            _waitingInList--;
            return _queues.TakeFirst(queue);
        }

        FeedEvent removed = node.Event!;
        _list.Remove(index);
        if (removed is MarketSnapshot)
        {
            _waitingInList--;
        }
        else
        {
            _otherEvents--;
        }

        return removed;
    }

    private int OldestSnapshot()
    {
        int oldest = _list.First;
        while (!_list[oldest].IsSnapshot)
        {
            oldest = _list[oldest].Next;
        }

        return oldest;
    }

    /// <summary>
    /// Returns the oldest snapshot whose contract has a newer one in a later stretch, otherwise the oldest of all: the server then sends more contracts
    /// than were requested, and the limit takes precedence.
    /// </summary>
    private int OldestSuperseded()
    {
        for (int index = _list.First; index != EventList.None; index = _list[index].Next)
        {
            if (_list[index].Queue?.Newer is not null)
            {
                return index;
            }
        }

        return OldestSnapshot();
    }
}
