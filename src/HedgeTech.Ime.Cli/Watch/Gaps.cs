namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The times without messages. Outages that overlap are one gap: a Redis that is down interrupts the reader of a relay and the publisher, and each says so.</summary>
internal sealed class Gaps
{
    private readonly Stack<(DateTimeOffset Start, DateTimeOffset End)> _apart = new();

    /// <summary>How many there were.</summary>
    public int Count => _apart.Count;

    /// <summary>Their total length.</summary>
    public TimeSpan Length { get; private set; }

    /// <summary>Adds the outage that has just ended.</summary>
    public void Add(FeedResumed resumed)
    {
        (DateTimeOffset start, DateTimeOffset end) = (resumed.ReceivedAt - resumed.Gap, resumed.ReceivedAt);
        while (_apart.TryPeek(out (DateTimeOffset Start, DateTimeOffset End) last) && start < last.End)
        {
            _apart.Pop();
            Length -= last.End - last.Start;
            (start, end) = (start < last.Start ? start : last.Start, end > last.End ? end : last.End);
        }

        _apart.Push((start, end));
        Length += end - start;
    }
}
