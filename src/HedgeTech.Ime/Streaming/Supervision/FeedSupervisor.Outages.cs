using System.Net;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>Outages: when one opens, and that only proof ends it.</content>
internal sealed partial class FeedSupervisor
{
    private void InterruptByFailure(Shard shard, InterruptionReason reason, HttpStatusCode? status, Exception failure, Moment now)
    {
        if (shard.Lines.Count == 0 && !shard.IsTrial && !shard.IsRetired)
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
        if (shard.OutageSince is null)
        {
            shard.OutageSince = shard.LastMessageAt ?? now;
            shard.Attempts = shard.Lanes.Count > 0 ? shard.Lanes.Max(static lane => lane.Attempts) : 0;
            shard.Interruption = interrupted;
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
        if (shard.Lines.Count > 0 && (ended.CloseWanted.IsCompleted || shard.Lines.Exists(line => line.BehindSince is null && CarriesOn(line, ended, now))))
        {
            // What was closed because it was not needed has been read to its end.
            LeaveArbiter(ended, now);
            return;
        }

        FinishParting(shard, now);
        shard.Parting = (ended, interrupted, now + PartingTime);
        IsTimerStale = true;
        if (shard.Lines.Count == 0)
        {
            FinishParting(shard, now);
        }
    }

    /// <summary>The moment is over, or nothing can come of it any more. What the others have brought comes after the gap, if there is one.</summary>
    private void FinishParting(Shard shard, Moment now)
    {
        if (shard.Parting is not { } parting)
        {
            return;
        }

        shard.Parting = null;
        bool leavesGap = !shard.Lines.Exists(line => CarriesOn(line, parting.Ended, now));
        if (leavesGap && !shard.IsTrial && !shard.IsRetired)
        {
            Interrupt(shard, parting.Interrupted, parting.Until - PartingTime);
        }

        // Nobody knows where among what has waited the gap is: all of it lies within the outage.
        LeaveArbiter(parting.Ended, now);
        if (shard.Lines.Exists(line => line.IsProven && !IsBehind(line, now)))
        {
            Resume(shard, now);
        }
    }

    private bool CarriesOn(Line line, Line ended, Moment now) =>
        !IsBehind(line, now) && (now - Later(line.OpenedAt, _waitedUntil) >= Line.LongestSubscribing || _arbiter.CarriesOn(line, ended));

    /// <summary>Whether others have brought what the line has not for longer than messages are on their way: it may be mute, and nobody knows yet.</summary>
    private static bool IsBehind(Line line, Moment now) => now - line.BehindSince >= PartingTime;

    /// <summary>A session is proven: only this resets attempts and refusals, and ends an outage.</summary>
    private void Prove(Line line, Moment now)
    {
        Lane lane = line.Lane;
        Shard shard = lane.Shard;
        line.Prove();
        if (!shard.IsTrial)
        {
            Resume(shard, now);
            shard.WasProven = true;
        }

        shard.Attempts = 0;
        lane.Attempts = 0;
        shard.Refusals.Clear();
        lane.StaleToken = null;
    }

    private void Resume(Shard shard, Moment now)
    {
        if (shard.OutageSince is { } since)
        {
            // By the clock that shows more: one does not count while the machine sleeps, the other may have been set back.
            TimeSpan gap = now - since > now.Utc - since.Utc ? now - since : now.Utc - since.Utc;
            Announce(new FeedResumed
            {
                Connection = shard.Number,
                Contracts = shard.Contracts,
                Reason = shard.Interruption?.Reason ?? default,
                Gap = gap,
                Attempts = shard.Attempts,
                ReceivedAt = now.Utc,
            });
            shard.OutageSince = null;
            shard.Interruption = null;
        }
    }
}
