using System.Net;
using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Decides when the outage of a connection opens, waits for its decision, or ends, and reports it.</summary>
internal sealed class OutagePolicy(ShardSet shards, FeedOutput output, LineMerging merging, Takeover takeover)
{
    /// <summary>No line could be opened.</summary>
    public void OpeningFailed(Shard shard, InterruptionReason reason, HttpStatusCode? status, Exception failure, Moment now)
    {
        if (shard.Lines.Count == 0 && !shard.IsProvisional && !shard.IsRetired)
        {
            Open(shard, new FeedInterrupted
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

    /// <summary>
    /// A line has ended. If another continues, this is not an outage; if none is left, it is. If the other was accepted only a moment ago, the decision waits: the
    /// line that ended may have had messages on its way that were sent before the new one was subscribed. The new one has a moment to show a message in common. So
    /// does a line that has not shown the last message yet.
    /// </summary>
    /// <param name="ended">The line.</param>
    /// <param name="mayLeaveGap">Whether messages may be missing: the line was needed, or it broke while it was being closed, before it was read to its end.</param>
    /// <param name="interrupted">What to report if this is an outage.</param>
    /// <param name="now">The present moment.</param>
    public void LineEnded(Line ended, bool mayLeaveGap, FeedInterrupted interrupted, Moment now)
    {
        Shard shard = ended.Shard;
        if (shard.Lines.Count > 0 && (!mayLeaveGap || shard.Lines.Exists(line => line.StalledSince is null && takeover.HasTakenOver(line, ended, now))))
        {
            merging.Leave(ended, now);
            return;
        }

        if (mayLeaveGap && shard is { IsRetired: true, IsProvisional: false })
        {
            ReplacedLineBroke(ended, interrupted, now);
            return;
        }

        Decide(shard, now);
        shard.Outage.Defer(new PendingOutage(ended, interrupted, now, now + Takeover.ArrivalTime));
        if (shard.Lines.Count == 0)
        {
            Decide(shard, now);
        }
    }

    /// <summary>A line has released messages. Others may be missing before them, so an interruption has to be announced first.</summary>
    public void BeforeDelivery(Line line, Moment now)
    {
        if (line.Shard.Outage.Pending is { } pending && !takeover.HasTakenOver(line, pending.Ended, now))
        {
            Decide(line.Shard, now);
        }
    }

    /// <summary>A line has shown a message, perhaps one in common with the line that has ended.</summary>
    public void AfterDelivery(Line line, Moment now)
    {
        if (line.Shard.Outage.Pending is { } pending && takeover.HasTakenOver(line, pending.Ended, now))
        {
            Decide(line.Shard, now);
        }
    }

    /// <summary>Decides an outage that has waited long enough.</summary>
    public void Tick(Shard shard, Moment now)
    {
        if (now >= shard.Outage.Pending?.Until)
        {
            Decide(shard, now);
        }
    }

    /// <summary>Decides now whether the line that has ended left a gap. If it did, what the others have brought comes after the gap.</summary>
    public void Decide(Shard shard, Moment now)
    {
        if (shard.Outage.TakePending() is not { } pending)
        {
            return;
        }

        bool leavesGap = !shard.Lines.Exists(line => takeover.HasTakenOver(line, pending.Ended, now));
        if (leavesGap && !shard.IsProvisional && !shard.IsRetired)
        {
            Open(shard, pending.Interrupted, pending.EndedAt);
        }

        // Where the gap is among the waiting messages is not known, so all of them count as within the outage.
        merging.Leave(pending.Ended, now);
        ResumeIfLive(shard, now);
    }

    /// <summary>Ends the outage of the shard, if one is open.</summary>
    public void Resume(Shard shard, Moment now)
    {
        if (shard.Outage.Close(shard.Number, shard.Contracts, now) is { } resumed)
        {
            output.Announce(resumed);
        }
    }

    /// <summary>A line broke after an update had replaced its shard. The shards that now have its contracts report the gap, unless they have taken over.</summary>
    private void ReplacedLineBroke(Line ended, FeedInterrupted interrupted, Moment now)
    {
        List<Shard> missing =
        [
            .. shards.Streamed.Where(heir => heir.Contracts.Any(ended.Shard.Contracts.Contains) && !heir.Lines.Exists(line => takeover.HasTakenOver(line, ended, now))),
        ];
        missing.ForEach(heir => Open(heir, interrupted with { Connection = heir.Number, Contracts = heir.Contracts }, now));
        merging.Leave(ended, now);
        missing.ForEach(heir => ResumeIfLive(heir, now));
    }

    private void ResumeIfLive(Shard shard, Moment now)
    {
        if (shard.Lines.Exists(line => line.IsProven && !Takeover.IsStalled(line, now)))
        {
            Resume(shard, now);
        }
    }

    private void Open(Shard shard, FeedInterrupted interrupted, Moment now)
    {
        if (shard.Outage.TryOpen(interrupted, shard.Slots.Count > 0 ? shard.Slots.Max(static slot => slot.Attempts) : 0, now))
        {
            output.Announce(interrupted);
        }
    }
}
