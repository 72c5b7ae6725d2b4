using HedgeTech.Ime.Streaming.Arbitration;
using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Decides whose messages pass the arbiter, and delivers what the arbiter releases. Lines that bring the same contracts pass one arbiter; a line that is alone bypasses it.
/// </summary>
internal sealed class LineMerging(ShardSet shards, FeedOutput output)
{
    private static readonly TimeSpan ReleaseEvery = TimeSpan.FromSeconds(1);

    private readonly Arbiter _arbiter = new();
    private readonly HashSet<LineSlot> _openings = [];
    private readonly List<HeldMessage> _due = [];
    private Moment _releaseAt;

    /// <summary>Messages that the arbiter remembers or holds.</summary>
    public int Remembered => _arbiter.Remembered;

    /// <summary>When <see cref="Tick"/> has something to do; null while the arbiter is not in use.</summary>
    public Moment? NextDue => _arbiter.IsInUse ? _releaseAt : null;

    /// <summary>Releases what has waited too long for a message in common.</summary>
    public void Tick(Moment now)
    {
        if (now < _releaseAt)
        {
            return;
        }

        _releaseAt = now + ReleaseEvery;
        if (_arbiter.IsInUse)
        {
            Deliver(_arbiter.Release((now - Line.LongestSubscribing).Elapsed, _due), now);
            BypassArbiterWhereAlone();
        }
    }

    /// <summary>
    /// A line starts to open. If others bring the same contracts, what they deliver from now on is remembered: the service may subscribe the new line before the
    /// client learns that it was accepted, so the new line may show it again.
    /// </summary>
    public void OpeningStarted(LineSlot slot)
    {
        if (slot.Current is not null || slot.Shard.Slots.Count > 1 || shards.IsBeingUpdated(slot.Shard))
        {
            OpensBesideOthers(slot);
        }
    }

    /// <summary>A line is being opened, accepted or not, while others bring the same contracts.</summary>
    public void OpensBesideOthers(LineSlot slot)
    {
        if (_openings.Add(slot))
        {
            _arbiter.Remember();
            foreach (Line companion in shards.CompanionsOf(slot.Shard))
            {
                Join(companion);
            }
        }
    }

    /// <summary>A line was accepted. Called before the end of its opening.</summary>
    public void Accepted(Line line)
    {
        if (_openings.Contains(line.Slot))
        {
            Join(line);
        }
    }

    /// <summary>The line was accepted and has joined, or its opening has failed.</summary>
    public void OpeningEnded(LineSlot slot)
    {
        if (_openings.Remove(slot))
        {
            _arbiter.Forget();
            BypassArbiterWhereAlone();
        }
    }

    /// <summary>From now on, the messages of the line pass the arbiter.</summary>
    public void Join(Line line)
    {
        if (!line.IsArbitrated)
        {
            line.IsArbitrated = true;
            _arbiter.Join(line);
        }
    }

    /// <summary>An arbitrated line brought a message. What may now be delivered waits for <see cref="Deliver"/>.</summary>
    /// <returns>How many snapshots may be delivered, perhaps without the message itself, and how many came too late to be delivered in order.</returns>
    public (int Due, int Late) Receive(Line line, HeldMessage brought)
    {
        int late = _arbiter.Receive(line, brought, _due);
        return (_due.Count, late);
    }

    /// <summary>Delivers what is due, and counts what came too late.</summary>
    public void Deliver(int late, Moment now)
    {
        output.Lose(late, now);
        foreach (HeldMessage due in _due)
        {
            output.Deliver(due.Message, due.Frame);
        }

        _due.Clear();
    }

    /// <summary>Removes a line that has fallen too far behind, and returns it for the caller to close; null if there is none.</summary>
    public Line? RemoveLagging(Moment now)
    {
        if (_arbiter.Lagging is { } lagging)
        {
            Leave(lagging, now);
            return lagging;
        }

        return null;
    }

    /// <summary>A line has ended or is no longer followed. Delivers what waited for it.</summary>
    public void Leave(Line line, Moment now)
    {
        if (line.IsArbitrated)
        {
            line.IsArbitrated = false;
            Deliver(_arbiter.Leave(line, _due), now);
            BypassArbiterWhereAlone();
        }
    }

    /// <summary>Releases the lines that are alone and stay alone.</summary>
    public void BypassArbiterWhereAlone()
    {
        if (_arbiter.IsRemembering)
        {
            return;
        }

        foreach (Shard shard in shards.All)
        {
            if (shard is { Slots: [{ Replacing: null }], Lines: [{ IsArbitrated: true } line] } && !shards.IsBeingUpdated(shard) && _arbiter.TryRelease(line))
            {
                line.IsArbitrated = false;
            }
        }
    }

    /// <summary>Whether a line has had a message in common with another. If so, what the other had not shown by then was sent after this line was subscribed.</summary>
    public bool IsInStep(Line line, Line other) => _arbiter.CarriesOn(line, other);
}
