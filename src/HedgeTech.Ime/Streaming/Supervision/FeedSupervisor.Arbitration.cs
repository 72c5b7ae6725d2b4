using HedgeTech.Ime.Streaming.Arbitration;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>Lines that carry the same contracts pass one arbiter; a line that is alone passes it by.</content>
internal sealed partial class FeedSupervisor
{
    private readonly Arbiter _arbiter = new();
    private readonly List<MarketSnapshot> _due = [];

    /// <summary>Messages that the arbiter remembers or holds.</summary>
    public int Remembered => _arbiter.Remembered;

    /// <summary>
    /// A line begins to open. Where others carry the same, what they deliver from here on is remembered: the service subscribes before the client
    /// learns that it was accepted, so the new line may show it again.
    /// </summary>
    private void OpeningBegins(LineSlot slot)
    {
        slot.IsOpening = true;
        if (slot.Current is not null || slot.Shard.Slots.Count > 1 || IsBeingUpdated(slot.Shard))
        {
            OpensBeside(slot);
        }
    }

    private void OpensBeside(LineSlot slot)
    {
        if (!slot.IsOpeningBeside)
        {
            slot.IsOpeningBeside = true;
            _arbiter.Remember();
            foreach (Line companion in CompanionsOf(slot.Shard))
            {
                JoinArbiter(companion);
            }
        }
    }

    /// <summary>It was accepted and has joined, or it has failed.</summary>
    private void OpeningEnds(LineSlot slot)
    {
        slot.IsOpening = false;
        slot.OpensAt = null;
        if (slot.IsOpeningBeside)
        {
            slot.IsOpeningBeside = false;
            _arbiter.Forget();
            PassArbiterBy();
        }
    }

    private void JoinArbiter(Line line)
    {
        if (!line.IsArbitrated)
        {
            line.IsArbitrated = true;
            _arbiter.Join(line);
            IsTimerStale = true;
        }
    }

    private void Arbitrate(Line line, MarketSnapshot snapshot, Moment now)
    {
        int late = _arbiter.Receive(line, snapshot, now.Elapsed, _due);
        bool hasLed = late + _due.Count > 0;
        if (_due.Count > 0 && line.Shard.Outage.Pending is { } pending && !CarriesOn(line, pending.Ended, now))
        {
            // Other messages may be missing before it, so the interruption has to be announced first.
            ResolvePendingOutage(line.Shard, now);
        }

        Settle(late, now);
        while (_arbiter.Lagging is { } lagging)
        {
            lagging.Drop();
            Diagnose(FeedDiagnostic.LineLagged, lagging.Shard);
            LeaveArbiter(lagging, now);
        }

        if (hasLed)
        {
            MarkOthersStalled(line, now);
        }
    }

    private void LeaveArbiter(Line line, Moment now)
    {
        if (line.IsArbitrated)
        {
            line.IsArbitrated = false;
            Settle(_arbiter.Leave(line, _due), now);
            PassArbiterBy();
        }
    }

    /// <summary>What has waited too long for a message in common goes out.</summary>
    private void ReleaseHeld(Moment now)
    {
        if (_arbiter.IsInUse)
        {
            Settle(_arbiter.Release((now - Line.LongestSubscribing).Elapsed, _due), now);
            PassArbiterBy();
        }
    }

    /// <summary>Delivers what the arbiter let go, and counts what came too late for that.</summary>
    private void Settle(int late, Moment now)
    {
        _output.Lose(late, now);
        foreach (MarketSnapshot snapshot in _due)
        {
            _output.Deliver(snapshot);
        }

        _due.Clear();
    }

    /// <summary>Lets go the lines that are alone and are going to be.</summary>
    private void PassArbiterBy()
    {
        if (_arbiter.IsRemembering)
        {
            return;
        }

        foreach (Shard shard in AllShards())
        {
            if (shard is { Slots: [{ Replacing: null }], Lines: [{ IsArbitrated: true } line] } && !IsBeingUpdated(shard) && _arbiter.TryRelease(line))
            {
                line.IsArbitrated = false;
            }
        }
    }

    /// <summary>The open lines that may carry the same contracts as the shard's.</summary>
    private IEnumerable<Line> CompanionsOf(Shard shard) =>
        IsBeingUpdated(shard) ? _update!.All.SelectMany(static other => other.Lines) : shard.Lines;
}
