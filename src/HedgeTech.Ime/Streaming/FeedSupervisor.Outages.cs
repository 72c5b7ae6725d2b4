using System.Net;

namespace HedgeTech.Ime.Streaming;

/// <content>Outages: when one opens, and that only proof ends it.</content>
internal sealed partial class FeedSupervisor
{
    private void InterruptByFailure(Shard shard, InterruptionReason reason, HttpStatusCode? status, Exception failure, DateTimeOffset now)
    {
        if (!shard.IsTrial && !shard.IsRetired)
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

    /// <summary>
    /// Opens the shard's outage, unless one is open, or a line carries on. A line that was accepted a moment ago does not: the service may not have
    /// subscribed it when the last message was sent.
    /// </summary>
    private void Interrupt(Shard shard, FeedInterrupted interrupted)
    {
        if (shard.OutageSince is null && !shard.Lines.Exists(line => line.IsSubscribed(interrupted.ReceivedAt)))
        {
            shard.OutageSince = shard.LastMessageAt ?? interrupted.ReceivedAt;
            shard.Attempts = shard.Lanes.Count > 0 ? shard.Lanes.Max(static lane => lane.Attempts) : 0;
            Announce(interrupted);
        }
    }

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
