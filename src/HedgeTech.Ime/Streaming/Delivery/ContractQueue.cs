namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// The waiting snapshots of one contract that no other event separates, oldest first, and as many places among all waiting events. The places stay
/// where they are and the snapshots move up, so that a contract keeps its turn however often it is refreshed.
/// </summary>
internal sealed class ContractQueue(EventList list)
{
    private const int SmallCapacity = 64;

    private readonly Queue<MarketSnapshot> _snapshots = new();
    private int _firstPlace = EventList.None;
    private int _lastPlace = EventList.None;

    public ContractKey Contract { get; private set; }

    /// <summary>Which stretch between two other events it belongs to.</summary>
    public long Stretch { get; private set; }

    public int Count => _snapshots.Count;

    /// <summary>The queue of the same contract in an earlier stretch.</summary>
    public ContractQueue? Older { get; set; }

    /// <summary>The queue of the same contract in a later stretch.</summary>
    public ContractQueue? Newer { get; set; }

    /// <summary>Its neighbours among the queues of the same length.</summary>
    public ContractQueue? PreviousOfLength { get; set; }

    public ContractQueue? NextOfLength { get; set; }

    /// <summary>Whether it may be used again; a long one is left to the garbage collector.</summary>
    public bool IsSmall => _snapshots.Capacity <= SmallCapacity;

    public void Begin(ContractKey contract, long stretch)
    {
        Contract = contract;
        Stretch = stretch;
    }

    /// <summary>Takes over a snapshot that waits in its place.</summary>
    public void Add(int place, MarketSnapshot snapshot)
    {
        ref EventList.Node node = ref list[place];
        node.Event = null;
        node.Queue = this;
        node.PreviousPlace = _lastPlace;
        node.NextPlace = EventList.None;
        if (_lastPlace == EventList.None)
        {
            _firstPlace = place;
        }
        else
        {
            list[_lastPlace].NextPlace = place;
        }

        _lastPlace = place;
        _snapshots.Enqueue(snapshot);
    }

    /// <summary>The oldest snapshot goes, the others move up, and the new one has the last place.</summary>
    public void MoveUp(MarketSnapshot added)
    {
        _snapshots.Dequeue();
        _snapshots.Enqueue(added);
    }

    /// <summary>The oldest snapshot goes with the first place.</summary>
    public MarketSnapshot TakeFirst()
    {
        int place = _firstPlace;
        _firstPlace = list[place].NextPlace;
        if (_firstPlace == EventList.None)
        {
            _lastPlace = EventList.None;
        }
        else
        {
            list[_firstPlace].PreviousPlace = EventList.None;
        }

        list.Remove(place);
        return Dequeue();
    }

    /// <summary>The oldest snapshot goes, the others move up, and the last place goes: the turn of the contract stays.</summary>
    public void GiveUpLastPlace()
    {
        int place = _lastPlace;
        _lastPlace = list[place].PreviousPlace;
        if (_lastPlace == EventList.None)
        {
            _firstPlace = EventList.None;
        }
        else
        {
            list[_lastPlace].NextPlace = EventList.None;
        }

        list.Remove(place);
        Dequeue();
    }

    private MarketSnapshot Dequeue()
    {
        MarketSnapshot oldest = _snapshots.Dequeue();
        if (_snapshots.Capacity > SmallCapacity && _snapshots.Count < _snapshots.Capacity / 8)
        {
            // All queues together take no more memory than what waits.
            _snapshots.TrimExcess(_snapshots.Capacity / 4);
        }

        return oldest;
    }
}
