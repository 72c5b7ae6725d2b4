namespace HedgeTech.Ime.Bars;

/// <summary>A queue from which the newest can be removed too. It allocates only while it grows. Not thread-safe.</summary>
internal sealed class Ring<T>
{
    private const int SmallestCapacity = 16;

    private T[] _items = new T[SmallestCapacity];
    private int _first;

    public int Count { get; private set; }

    /// <summary>An item by its age: 0 is the oldest.</summary>
    public T this[int index] => _items[Place(index)];

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Grow();
        }

        Count++;
        _items[Place(Count - 1)] = item;
    }

    public void RemoveFirst()
    {
        _first = Place(1);
        Count--;
    }

    public void RemoveLast() => Count--;

    // The capacity is a power of two.
    private int Place(int index) => (_first + index) & (_items.Length - 1);

    private void Grow()
    {
        T[] larger = new T[checked(_items.Length * 2)];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = this[i];
        }

        (_items, _first) = (larger, 0);
    }
}
