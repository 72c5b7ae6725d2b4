namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Starts to open lines, apart in time, and has what other lines deliver meanwhile remembered.</summary>
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

    /// <summary>Tries again at once, with another token: that is the same attempt.</summary>
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

    /// <summary>A line could not be opened, or is not wanted any more.</summary>
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

/// <summary>
/// Keeps the openings of redundant lines apart in time, so that what hits one line spares the other. The keep-alives of a line follow its opening at a fixed
/// interval, so lines are kept apart from all keep-alives of another line, and not only from its opening.
/// </summary>
internal sealed class LineStaggering(TimeSpan keepAliveInterval)
{
    private static readonly TimeSpan LongestApart = TimeSpan.FromMilliseconds(500);

    /// <summary>Reserves the next opening of a place, and returns how long to wait until then.</summary>
    public TimeSpan ReserveOpening(LineSlot slot, Moment now)
    {
        List<Moment> others = [.. slot.Shard.Slots.Where(other => other != slot).SelectMany(OpeningsOf)];
        Moment opening = now;
        for (int i = 0; i < others.Count; i++)
        {
            TimeSpan wait = UntilApart(opening - others[i], slot.Shard.Slots.Count);
            if (wait > TimeSpan.Zero)
            {
                // Then the others have to be looked at again; there is room for all of them.
                opening += wait;
                i = -1;
            }
        }

        slot.OpensAt = opening;
        return opening - now;
    }

    private static IEnumerable<Moment> OpeningsOf(LineSlot slot) =>
        new[] { slot.OpensAt, slot.Current?.OpenedAt, slot.Replacement?.OpenedAt }.OfType<Moment>();

    /// <summary>How much longer to wait if another line was opened this long ago.</summary>
    private TimeSpan UntilApart(TimeSpan since, int lines)
    {
        TimeSpan most = keepAliveInterval / (8 * lines);
        TimeSpan apart = most < LongestApart ? most : LongestApart;
        TimeSpan phase = TimeSpan.FromTicks(((since.Ticks % keepAliveInterval.Ticks) + keepAliveInterval.Ticks) % keepAliveInterval.Ticks);
        return phase < apart ? apart - phase
            : keepAliveInterval - phase < apart ? keepAliveInterval - phase + apart
            : TimeSpan.Zero;
    }
}
