namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>Other contracts while the stream runs: new shards beside the old ones, which go when all new ones carry.</content>
internal sealed partial class FeedSupervisor
{
    private FeedUpdate? _update;

    /// <summary>What the shards carry at present, an update under way not counted.</summary>
    public IReadOnlyList<Shard> Shards => _shards;

    /// <summary>
    /// Begins to replace shards by others. The new ones are then connected by the caller; the update is decided when all of them carry, or one has
    /// failed for good. One at a time.
    /// </summary>
    public FeedUpdate BeginUpdate(ContractSet contracts, IReadOnlyList<Shard> old, IReadOnlyList<ContractSet> planned)
    {
        List<Shard> fresh = [];
        foreach (ContractSet part in planned)
        {
            Shard shard = NewShard(part, fresh.Count < old.Count ? old[fresh.Count].Number : null);
            shard.IsProvisional = true;
            fresh.Add(shard);
        }

        _update = new FeedUpdate(contracts, [.. old], fresh);
        buffer.MakeRoomFor(_shards.SelectMany(static shard => shard.Contracts).Union(contracts).Count());
        foreach (Shard shard in old)
        {
            shard.Lines.ForEach(JoinArbiter);
            foreach (LineSlot slot in shard.Slots)
            {
                if (slot.IsOpening)
                {
                    OpensBeside(slot);
                }
            }
        }

        IsTimerStale = true;
        return _update;
    }

    /// <summary>Gives the update up: the old shards stay, the new ones go.</summary>
    public void AbandonUpdate(Exception failure)
    {
        if (_update is { } update)
        {
            _update = null;
            Retire(update.New);
            update.Fail(failure);
            PassArbiterBy();
        }
    }

    /// <summary>Whether a message comes over a line of an update that was given up, and is of a contract that is not streamed.</summary>
    private bool IsUnwanted(Line line, ContractKey contract) =>
        line.Shard is { IsProvisional: true, IsRetired: true } && !IsAskedFor(contract);

    // By itself, as a lambda in the method above would cost each message its closure.
    private bool IsAskedFor(ContractKey contract) => _shards.Exists(shard => shard.Contracts.Contains(contract));

    /// <summary>
    /// Whether all new lines of an update are open, so that it is decided soon. Until they are, nobody knows how long it takes, and the bound of the
    /// buffer holds.
    /// </summary>
    private bool IsChangingOver => _update is { } update && update.New.TrueForAll(static shard => shard.Slots[0].Current is not null);

    /// <summary>When the last of the new shards carries; null if one of them is not even open, or there is no update.</summary>
    private Moment? WhenUpdated(Moment now)
    {
        if (_update is not { } update || !IsChangingOver)
        {
            return null;
        }

        return update.New.Count == 0 ? now : update.New.Select(shard => TakeoverDueAt(shard.Slots[0].Current!)).MaxBy(static moment => moment.Elapsed);
    }

    private void FinishUpdate(Moment now)
    {
        if (_update is not { } update || !(now >= WhenUpdated(now)))
        {
            return;
        }

        update.Old.ForEach(old => ResolvePendingOutage(old, now));
        _update = null;
        Retire(update.Old);
        foreach (Shard old in update.Old)
        {
            _shards.Remove(old);
            Resume(old, now);
        }

        foreach (Shard shard in update.New)
        {
            shard.IsProvisional = false;
            shard.WasProven = true;
            shard.AllowDoubling();
            _shards.Add(shard);
        }

        update.Succeed();
    }

    private void Retire(List<Shard> shards)
    {
        foreach (Shard shard in shards)
        {
            shard.IsRetired = true;
            shard.Slots.ForEach(OpeningEnds);
            shard.Lines.ForEach(static line => line.Retire());
        }
    }

    private bool IsBeingUpdated(Shard shard) => _update is { } update && update.All.Contains(shard);

    private IEnumerable<Shard> AllShards() => _update is null ? _shards : _shards.Concat(_update.New);
}
