namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The current state of the stream and its contracts. Thread-safe: the stream updates it, the screen reads it.</summary>
internal sealed class Watchlist
{
    // Limits the contracts that a server can add without a request.
    private const int MostUnasked = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<ContractKey, int> _places = [];
    private readonly List<Quote> _quotes = [];
    private readonly HashSet<int> _down = [];
    private readonly Gaps _gaps = new();
    private FeedHealth _health = new();

    private readonly int _most;
    private readonly bool _isRecorded;

    public Watchlist(ContractSet contracts, bool isRecorded = false)
    {
        _isRecorded = isRecorded;
        _most = contracts.Count + MostUnasked;
        foreach (ContractKey contract in contracts)
        {
            Place(contract);
        }
    }

    /// <summary>The requested contracts in order, followed by a limited number of those that only appeared in messages.</summary>
    public Quote[] Quotes
    {
        get
        {
            lock (_gate)
            {
                return [.. _quotes];
            }
        }
    }

    public FeedHealth Health
    {
        get
        {
            lock (_gate)
            {
                return _health;
            }
        }
    }

    public void Apply(FeedEvent feedEvent)
    {
        lock (_gate)
        {
            if (feedEvent is MarketSnapshot snapshot)
            {
                if (_places.ContainsKey(snapshot.Contract) || _quotes.Count < _most)
                {
                    int place = Place(snapshot.Contract);
                    _quotes[place] = _quotes[place].With(snapshot);
                }

                return;
            }

            _health = After(feedEvent) with { LastEvent = EventText.Of(feedEvent, _isRecorded), LastEventAt = feedEvent.ReceivedAt };
        }
    }

    private FeedHealth After(FeedEvent feedEvent)
    {
        switch (feedEvent)
        {
            case FeedInterrupted interrupted:
                _down.Add(interrupted.Connection);
                _gaps.Start(interrupted);
                return _health with { DownSince = _health.DownSince ?? interrupted.ReceivedAt };

            case FeedResumed resumed:
                _down.Remove(resumed.Connection);
                _gaps.Add(resumed);
                return _health with { Gaps = _gaps.Count, GapTime = _gaps.Length, DownSince = _down.Count > 0 ? _health.DownSince : null };

            case SnapshotsDropped dropped:
                return _health with { Missing = _health.Missing + dropped.Count };

            default:
                return _health;
        }
    }

    private int Place(ContractKey contract)
    {
        if (!_places.TryGetValue(contract, out int place))
        {
            place = _quotes.Count;
            _places.Add(contract, place);
            _quotes.Add(new Quote(contract));
        }

        return place;
    }
}
