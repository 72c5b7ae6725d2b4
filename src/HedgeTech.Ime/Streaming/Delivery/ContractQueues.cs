namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// The queues of all contracts that have waiting snapshots, by contract and by length. They are filled when first needed and maintained until no snapshot
/// waits, so they cost nothing while the consumer keeps up.
/// </summary>
internal sealed class ContractQueues(EventList list)
{
    private readonly Dictionary<ContractKey, ContractQueue> _newest = [];
    private readonly Stack<ContractQueue> _unused = new();

    // One list of queues per length. That of length 0 stays empty.
    private ContractQueue?[] _byLength = new ContractQueue?[16];
    private int _longest;

    /// <summary>Whether the queues contain every waiting snapshot.</summary>
    public bool IsFilled => _longest > 0;

    /// <summary>The longest queue, or one of them.</summary>
    public ContractQueue? Longest => _byLength[_longest];

    /// <summary>Adds all waiting snapshots of the list. The newest stretch has the given number.</summary>
    public void Fill(long stretch, int otherEvents)
    {
        stretch -= otherEvents;
        for (int place = list.First; place != EventList.None; place = list[place].Next)
        {
            if (list[place].Event is MarketSnapshot snapshot)
            {
                Add(place, snapshot, stretch);
            }
            else
            {
                stretch++;
            }
        }
    }

    /// <summary>Returns the newest queue of a contract; null if none of its snapshots wait.</summary>
    public ContractQueue? Find(ContractKey contract) => _newest.GetValueOrDefault(contract);

    public void Add(int place, MarketSnapshot snapshot, long stretch)
    {
        ContractQueue? newest = Find(snapshot.Contract);
        if (newest is null || newest.Stretch != stretch)
        {
            if (!_unused.TryPop(out ContractQueue? queue))
            {
                queue = new ContractQueue(list);
            }

            queue.Begin(snapshot.Contract, stretch);
            queue.Older = newest;
            if (newest is not null)
            {
                newest.Newer = queue;
            }

            _newest[snapshot.Contract] = queue;
            newest = queue;
        }

        int length = newest.Count;
        newest.Add(place, snapshot);
        LengthChanged(newest, length);
    }

    public MarketSnapshot TakeFirst(ContractQueue queue)
    {
        int length = queue.Count;
        MarketSnapshot taken = queue.TakeFirst();
        LengthChanged(queue, length);
        return taken;
    }

    public void GiveUpLastPlace(ContractQueue queue)
    {
        int length = queue.Count;
        queue.GiveUpLastPlace();
        LengthChanged(queue, length);
    }

    private void LengthChanged(ContractQueue queue, int before)
    {
        if (before > 0)
        {
            Unlink(queue, before);
        }

        if (queue.Count == 0)
        {
            Forget(queue);
        }
        else
        {
            Link(queue);
        }

        _longest = Math.Max(_longest, queue.Count);
        while (_longest > 0 && _byLength[_longest] is null)
        {
            // Lengths change by one, so this takes one step.
            _longest--;
        }
    }

    private void Link(ContractQueue queue)
    {
        if (queue.Count == _byLength.Length)
        {
            Array.Resize(ref _byLength, _byLength.Length * 2);
        }

        ref ContractQueue? first = ref _byLength[queue.Count];
        queue.NextOfLength = first;
        if (first is not null)
        {
            first.PreviousOfLength = queue;
        }

        first = queue;
    }

    private void Unlink(ContractQueue queue, int length)
    {
        if (queue.PreviousOfLength is { } previous)
        {
            previous.NextOfLength = queue.NextOfLength;
        }
        else
        {
            _byLength[length] = queue.NextOfLength;
        }

        if (queue.NextOfLength is { } next)
        {
            next.PreviousOfLength = queue.PreviousOfLength;
        }

        (queue.PreviousOfLength, queue.NextOfLength) = (null, null);
    }

    /// <summary>Removes an empty queue, so that memory depends on the waiting snapshots and not on all contracts ever seen.</summary>
    private void Forget(ContractQueue queue)
    {
        if (queue.Newer is { } newer)
        {
            newer.Older = queue.Older;
        }
        else if (queue.Older is { } newest)
        {
            _newest[queue.Contract] = newest;
        }
        else
        {
            _newest.Remove(queue.Contract);
        }

        if (queue.Older is { } older)
        {
            older.Newer = queue.Newer;
        }

        (queue.Older, queue.Newer) = (null, null);
        if (queue.IsSmall)
        {
            _unused.Push(queue);
        }
    }
}
