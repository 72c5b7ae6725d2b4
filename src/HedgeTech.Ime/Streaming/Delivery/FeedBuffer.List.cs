using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Streaming.Delivery;

/// <content>The list itself: nodes in one array, linked by index, reused.</content>
internal sealed partial class FeedBuffer
{
    private const int None = -1;

    // Filled when it is asked for the first time since the buffer was empty, and kept up from then on: a consumer that keeps up never pays for it.
    private readonly Dictionary<ContractKey, ContractQueue> _byContract = [];
    private bool _isIndexed;
    private Node[] _nodes = [];
    private int _free = None;
    private int _head = None;
    private int _tail = None;
    private long _sequence;

    private long Append(FeedEvent added)
    {
        int index = Rent();
        ref Node node = ref _nodes[index];
        node.Event = added;
        node.Sequence = ++_sequence;
        node.Previous = _tail;
        node.Next = None;
        node.NewerOfContract = None;
        if (_tail == None)
        {
            _head = index;
        }
        else
        {
            _nodes[_tail].Next = index;
        }

        _tail = index;
        if (added is MarketSnapshot snapshot)
        {
            _waitingInList++;
            if (_isIndexed)
            {
                Index(index, snapshot.Contract);
            }
        }

        return _sequence;
    }

    /// <summary>The waiting snapshots of a contract, if there are any.</summary>
    private bool TryGetQueue(ContractKey contract, out ContractQueue queue)
    {
        if (!_isIndexed)
        {
            _isIndexed = true;
            for (int index = _head; index != None; index = _nodes[index].Next)
            {
                if (_nodes[index].Event is MarketSnapshot snapshot)
                {
                    Index(index, snapshot.Contract);
                }
            }
        }

        return _byContract.TryGetValue(contract, out queue);
    }

    private void Index(int index, ContractKey contract)
    {
        ref ContractQueue queue = ref CollectionsMarshal.GetValueRefOrAddDefault(_byContract, contract, out bool exists);
        if (exists)
        {
            _nodes[queue.Newest].NewerOfContract = index;
            queue.Newest = index;
        }
        else
        {
            queue = new ContractQueue(index, index);
        }
    }

    /// <summary>Takes a node out of the list. Of a contract's snapshots only the oldest is ever removed.</summary>
    private FeedEvent Remove(int index)
    {
        ref Node node = ref _nodes[index];
        FeedEvent removed = node.Event!;
        if (removed is MarketSnapshot snapshot)
        {
            _waitingInList--;
            if (!_isIndexed)
            {
                // Nothing to keep up.
            }
            else if (node.NewerOfContract == None)
            {
                // Forgotten, so that the memory is bounded by what waits and not by what was ever seen.
                _byContract.Remove(snapshot.Contract);
                _isIndexed = _waitingInList > 0;
            }
            else
            {
                CollectionsMarshal.GetValueRefOrNullRef(_byContract, snapshot.Contract).Oldest = node.NewerOfContract;
            }
        }

        if (node.Previous == None)
        {
            _head = node.Next;
        }
        else
        {
            _nodes[node.Previous].Next = node.Next;
        }

        if (node.Next == None)
        {
            _tail = node.Previous;
        }
        else
        {
            _nodes[node.Next].Previous = node.Previous;
        }

        node.Event = null;
        node.Next = _free;
        _free = index;
        return removed;
    }

    private int Rent()
    {
        if (_free == None)
        {
            int size = _nodes.Length;
            Array.Resize(ref _nodes, Math.Max(64, size * 2));
            for (int i = _nodes.Length - 1; i >= size; i--)
            {
                _nodes[i].Next = _free;
                _free = i;
            }
        }

        int index = _free;
        _free = _nodes[index].Next;
        return index;
    }

    private struct Node
    {
        public FeedEvent? Event;
        public long Sequence;
        public int Previous;
        public int Next;
        public int NewerOfContract;
    }

    /// <summary>The waiting snapshots of one contract, oldest to newest, linked by <see cref="Node.NewerOfContract"/>.</summary>
    private record struct ContractQueue(int Oldest, int Newest);
}
