namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// What waits for the consumer, in exact order, bounded. One list holds all events; once it is full, a queue per contract says which snapshot goes.
/// Not thread-safe. Each call takes constant time and allocates nothing once the buffer has grown to its bound.
/// </summary>
internal sealed class FeedBuffer
{
    /// <summary>When so many events wait that are neither snapshots nor rejections, further ones are merged with them.</summary>
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

    /// <summary>Grows with each event that is not a snapshot: no snapshot moves from one stretch to another.</summary>
    private long _stretch;

    /// <summary>What an announcement of drops was said to stand before: the next to be taken, whatever is dropped meanwhile.</summary>
    private FeedEvent? _announced;

    /// <param name="options">Delivery, overflow and capacity.</param>
    /// <param name="contracts">The number of contracts: as many snapshots may wait, whatever the capacity.</param>
    /// <param name="snapshotsOnly">Whether the consumer takes snapshots only; other events are then not kept.</param>
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

    /// <summary>Snapshots replaced under <see cref="FeedDelivery.LatestPerContract"/>.</summary>
    public long Replaced { get; private set; }

    /// <summary>Snapshots taken.</summary>
    public long Delivered { get; private set; }

    public bool IsEmpty => _list.First == EventList.None && _announced is null;

    /// <summary>Whether a producer has to wait before it adds the next snapshot.</summary>
    public bool MustWait => _producersWait && _waitingInList >= _limit;

    /// <summary>As many contracts may be waiting from now on. Never fewer: what was streamed before may still wait.</summary>
    public void MakeRoomFor(int contracts) => _limit = Math.Max(_limit, contracts);

    /// <summary>Adds a snapshot. True if the buffer was full, so that another was dropped for it.</summary>
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

    /// <summary>Counts, and announces, snapshots that came too late to be delivered in order.</summary>
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

    /// <summary>The consumer takes snapshots only: other events that wait are forgotten. Before the first event is taken.</summary>
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
            // Set aside, or a consumer that is slow after each event would get one announcement after another and never a snapshot.
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

    /// <summary>Whether an event is to be appended, as it is then.</summary>
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
    /// Under <see cref="FeedDelivery.LatestPerContract"/> a waiting snapshot gives its place to the newer one, so that a busy contract does not fall
    /// behind the others; but a snapshot never moves ahead of an event that came before it.
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

    /// <summary>Drops one waiting snapshot for a new one; true if the new one has taken its place already.</summary>
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

        // Of a queue of one, the only place is given up last: it is the turn of its contract.
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

    /// <summary>Takes out an event that no other of its contract stands before.</summary>
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
    /// The oldest snapshot whose contract has a newer one in a later stretch. If there is none, the server sends more contracts than were asked for, and
    /// the bound wins.
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
