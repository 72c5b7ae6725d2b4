namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// The waiting snapshots of one contract that are not separated by another event, oldest first, and their places among all waiting events. The places
/// stay where they are and the snapshots move up, so that a contract keeps its turn no matter how often it is updated.
/// </summary>
internal sealed class ContractQueue(EventList list)
{
    private const int SmallCapacity = 64;

    private readonly Queue<MarketSnapshot> _snapshots = new();
    private int _firstPlace = EventList.None;
    private int _lastPlace = EventList.None;

    public ContractKey Contract { get; private set; }

    /// <summary>The number of the stretch between two other events that the queue belongs to.</summary>
    public long Stretch { get; private set; }

    public int Count => _snapshots.Count;

    /// <summary>The queue of the same contract in an earlier stretch.</summary>
    public ContractQueue? Older { get; set; }

    /// <summary>The queue of the same contract in a later stretch.</summary>
    public ContractQueue? Newer { get; set; }

    public ContractQueue? PreviousOfLength { get; set; }

    public ContractQueue? NextOfLength { get; set; }

    /// <summary>Whether the queue may be reused. A long one is left to the garbage collector.</summary>
    public bool IsSmall => _snapshots.Capacity <= SmallCapacity;

    public void Begin(ContractKey contract, long stretch)
    {
        Contract = contract;
        Stretch = stretch;
    }

    /// <summary>Adds a snapshot that is already waiting, with its place.</summary>
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

    /// <summary>Removes the oldest snapshot, moves the others up, and puts the new one in the last place.</summary>
    public void MoveUp(MarketSnapshot added)
    {
        _snapshots.Dequeue();
        _snapshots.Enqueue(added);
    }

    /// <summary>Removes the oldest snapshot together with the first place.</summary>
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

    /// <summary>Removes the oldest snapshot, moves the others up, and removes the last place, so that the contract keeps its turn.</summary>
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
            // This keeps the memory of all queues in proportion to the waiting snapshots.
            _snapshots.TrimExcess(_snapshots.Capacity / 4);
        }

        return oldest;
    }
}
