namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// What waits for the consumer, in exact order, bounded. One list holds all events, and one list per contract runs through it, so that conflation
/// finds what a newer snapshot supersedes. Not thread-safe; allocates nothing once it has grown to its bound.
/// </summary>
internal sealed partial class FeedBuffer
{
    /// <summary>Rejected frames carry bytes that someone else chooses; more than these are only counted.</summary>
    private const int MaxWaitingRejections = 256;

    private readonly FeedDelivery _delivery;
    private readonly FeedOverflow _overflow;
    private int _limit;
    private readonly bool _producersWait;
    private readonly bool _snapshotsOnly;
    private int _waitingRejections;
    private long _unannouncedDrops;
    private DateTimeOffset _droppedAt;
    private long _lastOtherEvent;
    private int _waitingInList;

    /// <summary>What an announcement of drops was said to stand before: the next to be taken, whatever is dropped meanwhile.</summary>
    private FeedEvent? _announced;

    /// <param name="options">Delivery, overflow and capacity.</param>
    /// <param name="contracts">The number of contracts: as many snapshots may wait, whatever the capacity.</param>
    /// <param name="snapshotsOnly">Whether the consumer takes snapshots only; other events are then not kept.</param>
    public FeedBuffer(FeedOptions options, int contracts, bool snapshotsOnly)
    {
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

    public bool IsEmpty => _head == None && _announced is null;

    /// <summary>Whether a producer has to wait before it adds the next snapshot.</summary>
    public bool MustWait => _producersWait && _waitingInList >= _limit;

    /// <summary>As many contracts may be waiting from now on. Never fewer: what was streamed before may still wait.</summary>
    public void MakeRoomFor(int contracts) => _limit = Math.Max(_limit, contracts);

    public void Add(MarketSnapshot snapshot)
    {
        if (_delivery == FeedDelivery.LatestPerContract && TryReplace(snapshot))
        {
            return;
        }

        if (_waitingInList >= _limit && !_producersWait)
        {
            Drop(FindVictim(snapshot.Contract), snapshot.ReceivedAt);
        }

        Append(snapshot);
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
        if (_snapshotsOnly || (other is FrameRejected && _waitingRejections == MaxWaitingRejections))
        {
            return;
        }

        if (other is FrameRejected)
        {
            _waitingRejections++;
        }

        _lastOtherEvent = Append(other);
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
            _announced = Remove(_head);
            return true;
        }
        else
        {
            taken = Remove(_head);
        }

        if (taken is MarketSnapshot)
        {
            Delivered++;
        }
        else if (taken is FrameRejected)
        {
            _waitingRejections--;
        }

        return true;
    }

    /// <summary>
    /// Under <see cref="FeedDelivery.LatestPerContract"/> a waiting snapshot gives its place to the newer one, so that a busy contract does not fall
    /// behind the others for ever; but a snapshot never moves ahead of an event that came before it.
    /// </summary>
    private bool TryReplace(MarketSnapshot snapshot)
    {
        if (_waitingInList == 0 || !TryGetQueue(snapshot.Contract, out ContractQueue queue))
        {
            return false;
        }

        Replaced++;
        if (_nodes[queue.Oldest].Sequence > _lastOtherEvent)
        {
            _nodes[queue.Oldest].Event = snapshot;
            return true;
        }

        Remove(queue.Oldest);
        return false;
    }

    private void Drop(int victim, DateTimeOffset at)
    {
        Remove(victim);
        CountLost(1, at);
    }

    /// <summary>Which waiting snapshot makes room for one more of <paramref name="contract"/>.</summary>
    private int FindVictim(ContractKey contract)
    {
        if (_overflow == FeedOverflow.Conflate)
        {
            if (TryGetQueue(contract, out ContractQueue own))
            {
                return own.Oldest;
            }

            for (int node = _head; node != None; node = _nodes[node].Next)
            {
                if (_nodes[node].NewerOfContract != None)
                {
                    return node;
                }
            }
        }

        // Conflation gets here only if the server sends more contracts than were asked for: then the bound wins.
        int oldest = _head;
        while (_nodes[oldest].Event is not MarketSnapshot)
        {
            oldest = _nodes[oldest].Next;
        }

        return oldest;
    }
}
