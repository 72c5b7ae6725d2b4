namespace HedgeTech.Ime.Streaming.Session;

/// <summary>The feeds of a client that have begun and of which something may be left. Thread-safe.</summary>
internal sealed class OpenFeeds
{
    private readonly Lock _gate = new();
    private readonly HashSet<FeedSession> _feeds = [];
    private bool _isClosed;

    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _isClosed;
            }
        }
    }

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

    /// <summary>Adds a feed that begins; false if the client is disposed.</summary>
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

    /// <summary>Lets no feed begin any more, and returns those that are to be ended.</summary>
    public IReadOnlyList<FeedSession> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            return [.. _feeds];
        }
    }
}
