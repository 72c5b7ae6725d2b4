namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Starts to open lines, apart in time. Meanwhile, what other lines deliver is remembered.</summary>
internal sealed class LineOpenings(LineStaggering staggering, LineMerging merging)
{
    /// <summary>Starts an attempt. A redundant slot waits until another line of its shard was accepted.</summary>
    public LineAction? Start(LineSlot slot, Moment now)
    {
        if (slot.Index > 0 && !slot.Shard.MayBeRedundant)
        {
            slot.AwaitFirst();
            return null;
        }

        slot.Shard.Outage.AttemptStarted();
        LineAction open = slot.StartAttempt(staggering.ReserveOpening(slot, now));
        merging.OpeningStarted(slot);
        return open;
    }

    /// <summary>Tries again at once with another token, as part of the same attempt.</summary>
    public LineAction Renew(LineSlot slot)
    {
        LineAction open = slot.Open(TimeSpan.Zero);
        merging.OpeningStarted(slot);
        return open;
    }

    /// <summary>Opens another line beside the current one, unless that is under way or the current one is being closed.</summary>
    public void Replace(LineSlot slot, ReplacementReason reason, Moment now)
    {
        if (slot is { State: LineSlotState.Open, Current.State: LineState.Open })
        {
            slot.OpenReplacement(reason, staggering.ReserveOpening(slot, now));
            merging.OpeningStarted(slot);
        }
    }

    /// <summary>A line could not be opened, or is no longer wanted.</summary>
    public void End(LineSlot slot)
    {
        slot.EndOpening();
        merging.OpeningEnded(slot);
    }

    /// <summary>A line of the shard was accepted: its redundant slots start.</summary>
    public void AllowRedundancy(Shard shard, Moment now)
    {
        shard.MayBeRedundant = true;
        foreach (LineSlot slot in shard.Slots.Where(static slot => slot.State == LineSlotState.AwaitingFirst))
        {
            Start(slot, now);
        }
    }
}
