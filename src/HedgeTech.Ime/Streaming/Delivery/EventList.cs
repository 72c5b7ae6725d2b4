namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>The waiting events in exact order: nodes in one array, linked by index and reused. Removing a node from the middle takes constant time.</summary>
internal sealed class EventList
{
    public const int None = -1;

    private Node[] _nodes = [];
    private int _free = None;

    public int First { get; private set; } = None;

    public int Last { get; private set; } = None;

    public ref Node this[int index] => ref _nodes[index];

    public int Append(FeedEvent added)
    {
        int index = Rent();
        ref Node node = ref _nodes[index];
        node.Event = added;
        node.Previous = Last;
        node.Next = None;
        if (Last == None)
        {
            First = index;
        }
        else
        {
            _nodes[Last].Next = index;
        }

        Last = index;
        return index;
    }

    public void Remove(int index)
    {
        ref Node node = ref _nodes[index];
        if (node.Previous == None)
        {
            First = node.Next;
        }
        else
        {
            _nodes[node.Previous].Next = node.Next;
        }

        if (node.Next == None)
        {
            Last = node.Previous;
        }
        else
        {
            _nodes[node.Next].Previous = node.Previous;
        }

        node.Event = null;
        node.Queue = null;
        node.Next = _free;
        _free = index;
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

    /// <summary>An event, or the place of a contract whose waiting snapshots are in a queue.</summary>
    public struct Node
    {
        /// <summary>The event; null if it is in <see cref="Queue"/>.</summary>
        public FeedEvent? Event;

        /// <summary>The queue that is served at this place; null if the event is here.</summary>
        public ContractQueue? Queue;
        public int Previous;
        public int Next;
        public int PreviousPlace;
        public int NextPlace;

        public readonly bool IsSnapshot => Queue is not null || Event is MarketSnapshot;
    }
}
