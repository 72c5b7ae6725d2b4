namespace HedgeTech.Ime.Streaming.Session;

/// <summary>The feeds of a client that have started and may still have resources to release. Thread-safe.</summary>
internal sealed class OpenFeeds
{
    private readonly Lock _gate = new();
    private readonly HashSet<FeedSession> _feeds = [];
    private bool _isClosed;

    public bool IsClosed => Volatile.Read(ref _isClosed);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _feeds.Count;
            }
        }
    }

    /// <summary>Adds a feed that starts; returns false if the client is disposed.</summary>
    public bool TryAdd(FeedSession feed)
    {
        lock (_gate)
        {
            return !_isClosed && _feeds.Add(feed);
        }
    }

    public void Remove(FeedSession feed)
    {
        lock (_gate)
        {
            _feeds.Remove(feed);
        }
    }

    /// <summary>Prevents further feeds from starting, and returns those to end.</summary>
    public IReadOnlyList<FeedSession> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            return [.. _feeds];
        }
    }
}
