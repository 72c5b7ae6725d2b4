namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The times without messages. Outages that overlap are one gap: a Redis that is down interrupts the reader of a relay and the publisher, and each says so.</summary>
internal sealed class Gaps
{
    private readonly Dictionary<int, DateTimeOffset> _interruptedAt = [];

    // Each outage, and since when there had been no message. In a quiet market, that is long before the outage.
    private readonly Stack<(DateTimeOffset Silent, DateTimeOffset Start, DateTimeOffset End)> _apart = new();

    /// <summary>How many there were.</summary>
    public int Count => _apart.Count;

    /// <summary>Their total length.</summary>
    public TimeSpan Length { get; private set; }

    /// <summary>Notes when an outage starts.</summary>
    public void Start(FeedInterrupted interrupted)
    {
        // The events of connection 0 may come after the outage, whose start is in the gap then.
        if (interrupted.Connection != 0)
        {
            _interruptedAt[interrupted.Connection] = interrupted.ReceivedAt;
        }
    }

    /// <summary>Adds the outage that has just ended.</summary>
    public void Add(FeedResumed resumed)
    {
        (DateTimeOffset silent, DateTimeOffset end) = (resumed.ReceivedAt - resumed.Gap, resumed.ReceivedAt);
        DateTimeOffset start = _interruptedAt.Remove(resumed.Connection, out DateTimeOffset interruptedAt) ? interruptedAt : silent;
        while (_apart.TryPeek(out (DateTimeOffset Silent, DateTimeOffset Start, DateTimeOffset End) last))
        {
            if (start >= last.End)
            {
                silent = silent > last.End ? silent : last.End; // no time counts twice
                break;
            }

            _apart.Pop();
            Length -= last.End - last.Silent;
            (silent, start, end) = (silent < last.Silent ? silent : last.Silent, start < last.Start ? start : last.Start, end > last.End ? end : last.End);
        }

        _apart.Push((silent, start, end));
        Length += end - silent;
    }
}
