using System.Net;

namespace HedgeTech.Ime.Streaming;

/// <content>Outages: when one opens, and that only proof ends it.</content>
internal sealed partial class FeedSupervisor
{
    private void InterruptByFailure(Shard shard, InterruptionReason reason, HttpStatusCode? status, Exception failure, DateTimeOffset now)
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
                ReceivedAt = now,
            });
        }
    }

    /// <summary>Opens the shard's outage, unless one is open.</summary>
    private void Interrupt(Shard shard, FeedInterrupted interrupted)
    {
        if (shard.OutageSince is null)
        {
            shard.OutageSince = shard.LastMessageAt ?? interrupted.ReceivedAt;
            shard.Attempts = shard.Lanes.Count > 0 ? shard.Lanes.Max(static lane => lane.Attempts) : 0;
            Announce(interrupted);
        }
    }

    /// <summary>
    /// Whether the end of a line leaves a gap in its shard. A line that was accepted a moment ago may not carry on: the one that ended may have had
    /// messages on its way that were sent before the new one was subscribed. A line that was closed because it was not needed has been read to its end.
    /// </summary>
    private bool LeavesGap(Line ended, DateTimeOffset now) => ended.Shard.Lines.Count == 0
        || !(ended.CloseWanted.IsCompleted || ended.Shard.Lines.Exists(line => CarriesOn(line, now)));

    private bool CarriesOn(Line line, DateTimeOffset now) => now - line.OpenedAt >= Line.LongestSubscribing || _arbiter.HasMet(line);

    /// <summary>A session is proven: only this resets attempts and refusals, and ends an outage.</summary>
    private void Prove(Line line, DateTimeOffset now)
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
        lane.Refusals = 0;
        lane.StaleToken = null;
    }

    private void Resume(Shard shard, DateTimeOffset now)
    {
        if (shard.OutageSince is { } since)
        {
            TimeSpan gap = now - since;
            Announce(new FeedResumed
            {
                Connection = shard.Number,
                Contracts = shard.Contracts,
                Gap = gap < TimeSpan.Zero ? TimeSpan.Zero : gap,
                Attempts = shard.Attempts,
                ReceivedAt = now,
            });
            shard.OutageSince = null;
        }
    }
}
