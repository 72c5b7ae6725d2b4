namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>
/// What was delivered lately of one contract, under absolute numbers, so that a place in it stays true when older messages are forgotten. A ring:
/// adding at the end and forgetting at the start cost the same however many messages lie between, and allocate nothing once it has grown.
/// </summary>
internal sealed class DeliveredWindow
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
    }

    /// <summary>The number of the oldest message with the same content, from a number on; -1 if there is none.</summary>
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

    /// <summary>Forgets what is older than a number.</summary>
    public void ForgetBefore(long number)
    {
        for (; First < number; First++)
        {
            _ring[Index(First)] = null;
        }
    }

    /// <summary>The first of the equal messages that a number stands among: half of a repetition would be taken for the whole.</summary>
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
