namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>What the time decides.</content>
internal sealed partial class FeedSupervisor
{
    private static readonly TimeSpan ReleaseEvery = TimeSpan.FromSeconds(1);

    private Moment _releaseAt;

    /// <summary>Whether <see cref="NextDue"/> may be earlier than it was when it was last asked for.</summary>
    public bool IsTimerStale { get; private set; }

    /// <summary>Decides what is due. To be called at <see cref="NextDue"/>; earlier does no harm.</summary>
    public void Tick(Moment now)
    {
        if (End is not null)
        {
            return;
        }

        _takeover.Note(MustWait, now);
        ResolvePendingOutages(now);
        FindHealthy(now);
        FinishOverlaps(now);
        FinishUpdate(now);
        FindSilent(now);
        FindMute(now);
        FindExpiring(now);
        if (now >= _releaseAt)
        {
            ReleaseHeld(now);
            _releaseAt = now + ReleaseEvery;
        }
    }

    /// <summary>When something is to be decided next; null if nothing is.</summary>
    public Moment? NextDue(Moment now)
    {
        IsTimerStale = false;
        if (End is not null)
        {
            return null;
        }

        Moment? next = _arbiter.IsInUse ? _releaseAt : null;
        next = Earlier(next, WhenUpdated(now));
        foreach (Shard shard in AllShards())
        {
            foreach (Line line in shard.Lines)
            {
                next = Earlier(next, line.IsProven || line.IsOver ? null : line.OpenedAt + policy.HealthyAfter);
                next = Earlier(next, line == line.Slot.Replacement ? TakeoverDueAt(line) : null);
                next = Earlier(next, _rotation.IsOn && !IsBeingUpdated(shard) && line == line.Slot.Current && line.Slot.Replacing is null && line.RotateAt is { } at ? now.At(at) : null);
            }

            foreach (LineSlot slot in shard.Slots)
            {
                next = Earlier(next, WhenMute(slot, now));
            }

            next = Earlier(next, shard.Outage.Pending?.Until);
            next = Earlier(next, IsWatched(shard) ? shard.Silence.NextCheck(now) : null);
        }

        return next;
    }

    private void ResolvePendingOutages(Moment now)
    {
        foreach (Shard shard in AllShards())
        {
            if (now >= shard.Outage.Pending?.Until)
            {
                ResolvePendingOutage(shard, now);
            }
        }
    }

    private void FindHealthy(Moment now)
    {
        foreach (Shard shard in AllShards())
        {
            foreach (Line line in shard.Lines)
            {
                if (!line.IsProven && !line.IsOver && now - line.OpenedAt >= policy.HealthyAfter)
                {
                    Prove(line, now);
                }
            }
        }
    }

    private static Moment? Earlier(Moment? one, Moment? other) => other is null || one < other ? one : other;
}
