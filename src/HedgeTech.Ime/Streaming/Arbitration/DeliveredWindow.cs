namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>
/// The recently delivered messages of one contract. Each has an absolute number, so that a position stays valid when older messages are forgotten. A ring:
/// adding at the end and forgetting at the start take constant time, and allocate nothing once it has grown.
/// </summary>
/// <param name="kept">Counts the messages in memory.</param>
internal sealed class DeliveredWindow(MessageCount kept)
{
    private MarketSnapshot?[] _ring = new MarketSnapshot?[4];

    /// <summary>The number of the oldest message that is remembered.</summary>
    public long First { get; private set; }

    /// <summary>The number that the next message will have.</summary>
    public long End { get; private set; }

    public int Count => (int)(End - First);

    public void Add(MarketSnapshot message)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[Index(End++)] = message;
        kept.Add(1);
    }

    /// <summary>Returns the number of the oldest message with the same content, starting at <paramref name="from"/>; -1 if there is none.</summary>
    public long Find(MarketSnapshot message, long from)
    {
        for (long number = Math.Max(from, First); number < End; number++)
        {
            if (SnapshotContent.IsSame(_ring[Index(number)]!, message))
            {
                return number;
            }
        }

        return -1;
    }

    public void ForgetBefore(long number)
    {
        for (; First < number; First++)
        {
            _ring[Index(First)] = null;
            kept.Add(-1);
        }
    }

    /// <summary>Returns the number of the first of the equal messages around a number. Forgetting only some of them would make the rest look like all.</summary>
    public long StartOfRepetition(long number)
    {
        while (number > First && number < End && SnapshotContent.IsSame(_ring[Index(number - 1)]!, _ring[Index(number)]!))
        {
            number--;
        }

        return number;
    }

    private int Index(long number) => (int)(number & (_ring.Length - 1));

    private void Grow()
    {
        MarketSnapshot?[] grown = new MarketSnapshot?[_ring.Length * 2];
        for (long number = First; number < End; number++)
        {
            grown[number & (grown.Length - 1)] = _ring[Index(number)];
        }

        _ring = grown;
    }
}
