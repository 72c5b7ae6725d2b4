using System.Net;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>Outages: when one opens, and that only proof ends it.</content>
internal sealed partial class FeedSupervisor
{
    private void InterruptByFailure(Shard shard, InterruptionReason reason, HttpStatusCode? status, Exception failure, Moment now)
    {
        if (shard.Lines.Count == 0 && !shard.IsProvisional && !shard.IsRetired)
        {
            Interrupt(shard, new FeedInterrupted
            {
                Connection = shard.Number,
                Contracts = shard.Contracts,
                Reason = reason,
                HttpStatus = status,
                Description = failure.Message,
                Exception = failure,
                ReceivedAt = now.Utc,
            }, now);
        }
    }

    /// <summary>Opens the shard's outage, unless one is open.</summary>
    private void Interrupt(Shard shard, FeedInterrupted interrupted, Moment now)
    {
        if (shard.Outage.TryOpen(interrupted, shard.Slots.Count > 0 ? shard.Slots.Max(static slot => slot.Attempts) : 0, now))
        {
            Announce(interrupted);
        }
    }

    /// <summary>
    /// A line has ended. If others carry on, that is no outage, and if none is left it is. In between is a line that was accepted a moment ago: the
    /// one that ended may have had messages on its way that were sent before the new one was subscribed. It has a moment to show one in common. So has
    /// a line that has not shown the last message yet.
    /// </summary>
    private void Part(Line ended, FeedInterrupted interrupted, Moment now)
    {
        Shard shard = ended.Shard;
        if (shard.Lines.Count > 0 && (ended.CloseWanted.IsCompleted || shard.Lines.Exists(line => line.StalledSince is null && CarriesOn(line, ended, now))))
        {
            // What was closed because it was not needed has been read to its end.
            LeaveArbiter(ended, now);
            return;
        }

        ResolvePendingOutage(shard, now);
        shard.Outage.Defer(new PendingOutage(ended, interrupted, now, now + Takeover.ArrivalTime));
        IsTimerStale = true;
        if (shard.Lines.Count == 0)
        {
            ResolvePendingOutage(shard, now);
        }
    }

    /// <summary>The moment is over, or nothing can come of it any more. What the others have brought comes after the gap, if there is one.</summary>
    private void ResolvePendingOutage(Shard shard, Moment now)
    {
        if (shard.Outage.TakePending() is not { } pending)
        {
            return;
        }

        bool leavesGap = !shard.Lines.Exists(line => CarriesOn(line, pending.Ended, now));
        if (leavesGap && !shard.IsProvisional && !shard.IsRetired)
        {
            Interrupt(shard, pending.Interrupted, pending.EndedAt);
        }

        // Nobody knows where among what has waited the gap is: all of it lies within the outage.
        LeaveArbiter(pending.Ended, now);
        if (shard.Lines.Exists(line => line.IsProven && !Takeover.IsStalled(line, now)))
        {
            Resume(shard, now);
        }
    }

    private bool CarriesOn(Line line, Line ended, Moment now) =>
        !Takeover.IsStalled(line, now) && (now >= _takeover.WhenSubscribed(line) || _arbiter.CarriesOn(line, ended));

    /// <summary>A session is proven: only this resets attempts and refusals, and ends an outage.</summary>
    private void Prove(Line line, Moment now)
    {
        LineSlot slot = line.Slot;
        Shard shard = slot.Shard;
        line.Prove();
        if (!shard.IsProvisional)
        {
            Resume(shard, now);
            shard.WasProven = true;
        }

        shard.Outage.Proven();
        slot.Attempts = 0;
        shard.Refusals.Clear();
        slot.StaleToken = null;
    }

    private void Resume(Shard shard, Moment now)
    {
        if (shard.Outage.Close(shard.Number, shard.Contracts, now) is { } resumed)
        {
            Announce(resumed);
        }
    }
}
