namespace HedgeTech.Ime.Streaming;

/// <content>Replacing a line by overlap: the old one is closed when the new one carries.</content>
internal sealed partial class FeedSupervisor
{
    private readonly List<MarketSnapshot> _due = [];

    /// <summary>The lines that have been silent for too long and are to be replaced; each is announced.</summary>
    public IReadOnlyList<Line> FindSilent(DateTimeOffset now)
    {
        List<Line> silent = [];
        foreach (Shard shard in _shards)
        {
            if (MustWait)
            {
                // Nothing is read while the consumer is waited for, so nothing can be heard.
                shard.Silence.Connected(now);
            }

            if (End is null && shard.Lines is [{ } line] && shard.Silence.Check(now) is { } silence)
            {
                Announce(new FeedSilent { Connection = shard.Number, Contracts = shard.Contracts, Silence = silence, ReceivedAt = now });
                silent.Add(line);
            }
        }

        return silent;
    }

    /// <summary>When to look for silence again.</summary>
    public DateTimeOffset NextSilenceCheck(DateTimeOffset now)
    {
        // Of a shard that is down, or being replaced, silence says nothing.
        DateTimeOffset next = now + options.SilenceTimeout;
        foreach (Shard shard in _shards)
        {
            if (shard.Lines.Count == 1)
            {
                DateTimeOffset check = shard.Silence.NextCheck(now);
                next = check < next ? check : next;
            }
        }

        return next;
    }

    /// <summary>
    /// A line begins to open beside another. From here on what the old one delivers is remembered: the service subscribes after it accepts, so the
    /// new one may show it again.
    /// </summary>
    public static void ReplacementStarted(Line old)
    {
        Arbiter arbiter = new();
        arbiter.Remember();
        arbiter.Join(old);
        old.Shard.Arbiter = arbiter;
    }

    /// <summary>It could not be opened; the old line stays.</summary>
    public void ReplacementFailed(Line old, DateTimeOffset now)
    {
        old.Shard.Arbiter?.Forget();
        Settle(old.Shard, 0, now);
    }

    /// <summary>It was accepted.</summary>
    public Line ReplacementOpened(Line old, AccessToken token, DateTimeOffset now)
    {
        Shard shard = old.Shard;
        Line line = LineOpened(shard, token, now);
        shard.Arbiter?.Join(line);
        shard.Arbiter?.Forget();
        return line;
    }

    /// <summary>The old line has done its duty and is being closed: no outage.</summary>
    public void Retire(Line old, DateTimeOffset now)
    {
        old.IsOver = true;
        if (old.Shard.Lines.Remove(old) && End is null)
        {
            LeaveArbiter(old, now);
        }
    }

    private void LeaveArbiter(Line line, DateTimeOffset now)
    {
        if (line.Shard.Arbiter is { } arbiter)
        {
            long tooLate = arbiter.TooLate;
            arbiter.Leave(line, _due);
            Settle(line.Shard, arbiter.TooLate - tooLate, now);
        }
    }

    /// <summary>Delivers what the arbiter let go, counts what came too late for that, and passes the arbiter by again once one line is left.</summary>
    private void Settle(Shard shard, long tooLate, DateTimeOffset now)
    {
        if (tooLate > 0)
        {
            _received += tooLate;
            buffer.CountLost(tooLate, now);
        }

        foreach (MarketSnapshot snapshot in _due)
        {
            Deliver(snapshot);
        }

        _due.Clear();
        if (shard.Lines.Count == 0 || shard is { Lines.Count: 1, Arbiter.IsNeeded: false })
        {
            shard.Arbiter = null;
        }
    }
}
