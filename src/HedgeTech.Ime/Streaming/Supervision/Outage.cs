namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// The outages of one connection. Only proof ends an outage. Each is one <see cref="FeedInterrupted"/> and one <see cref="FeedResumed"/>, no matter how many attempts
/// lie between them.
/// </summary>
internal sealed class Outage
{
    private Moment? _since;
    private Moment? _lastMessageAt;
    private int _attempts;

    /// <summary>Whether an outage keeps data away.</summary>
    public bool IsOpen => _since is not null;

    /// <summary>What was reported when the outage opened; null while there is none.</summary>
    public FeedInterrupted? Interruption { get; private set; }

    /// <summary>A line that ended a moment ago, and the outage that this may be; null if none.</summary>
    public PendingOutage? Pending { get; private set; }

    /// <summary>A message came.</summary>
    public void Heard(Moment now) => _lastMessageAt = now;

    /// <summary>An attempt to connect starts.</summary>
    public void AttemptStarted() => _attempts++;

    /// <summary>A line was proven: attempts are counted from zero again.</summary>
    public void Proven() => _attempts = 0;

    /// <summary>Opens the outage, unless it is open already.</summary>
    /// <param name="interrupted">What to report.</param>
    /// <param name="attempts">Attempts to connect that already count towards it.</param>
    /// <param name="now">When it opens. It is counted from the last message before.</param>
    /// <returns>Whether it was opened and has to be reported.</returns>
    public bool TryOpen(FeedInterrupted interrupted, int attempts, Moment now)
    {
        if (IsOpen)
        {
            return false;
        }

        _since = _lastMessageAt ?? now;
        _attempts = attempts;
        Interruption = interrupted;
        return true;
    }

    /// <summary>Puts off the decision whether the end of a line is an outage.</summary>
    public void Defer(PendingOutage pending) => Pending = pending;

    /// <summary>Takes what waits for its decision; null if nothing does.</summary>
    public PendingOutage? TakePending()
    {
        PendingOutage? pending = Pending;
        Pending = null;
        return pending;
    }

    /// <summary>Ends the outage.</summary>
    /// <returns>What to report; null if none was open.</returns>
    public FeedResumed? Close(int connection, ContractSet contracts, Moment now)
    {
        if (_since is not { } since)
        {
            return null;
        }

        // By the clock that shows more: one does not count while the machine sleeps, the other may have been set back.
        TimeSpan gap = now - since > now.Utc - since.Utc ? now - since : now.Utc - since.Utc;
        FeedResumed resumed = new()
        {
            Connection = connection,
            Contracts = contracts,
            Reason = Interruption?.Reason ?? default,
            Gap = gap,
            Attempts = _attempts,
            ReceivedAt = now.Utc,
        };
        _since = null;
        Interruption = null;
        return resumed;
    }

    /// <summary>The same outage for a part of a shard that has to be split. A pending outage stays with the whole shard.</summary>
    public Outage Inherit() => new() { _since = _since, _lastMessageAt = _lastMessageAt, _attempts = _attempts, Interruption = Interruption };

    /// <summary>The part has a new connection number, under which the open outage is reported again, so that it can be resumed.</summary>
    /// <returns>What to report; null if no outage is open.</returns>
    public FeedInterrupted? Renumber(int connection, ContractSet contracts, Moment now) =>
        Interruption = IsOpen && Interruption is { } interruption
            ? interruption with { Connection = connection, Contracts = contracts, ReceivedAt = now.Utc }
            : Interruption;
}

/// <summary>
/// A line has ended beside others that were accepted a moment ago or have not shown the last message yet. They have a moment to show a message in common with
/// it; if none does, its end was an outage.
/// </summary>
/// <param name="Ended">The line that has ended.</param>
/// <param name="Interrupted">What to report if it was an outage.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Until">When to decide at the latest.</param>
internal sealed record PendingOutage(Line Ended, FeedInterrupted Interrupted, Moment EndedAt, Moment Until);
