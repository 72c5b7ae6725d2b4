namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// A change of the contracts while the stream runs: new shards beside the old ones, which go when all new ones have taken over.
/// </summary>
internal sealed class ContractUpdate(ContractSet contracts, List<Shard> old, List<Shard> added)
{
    private readonly HashSet<ContractKey> _replaced = [.. old.SelectMany(static shard => shard.Contracts)];
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the feed is to stream afterwards.</summary>
    public ContractSet Contracts { get; } = contracts;

    /// <summary>The shards that are replaced.</summary>
    public List<Shard> Old { get; } = old;

    /// <summary>What replaces them.</summary>
    public List<Shard> New { get; } = added;

    public IEnumerable<Shard> All => Old.Concat(New);

    /// <summary>Done when the new shards have taken over; failed when one was refused.</summary>
    public Task Decided => _decided.Task;

    /// <summary>
    /// Whether all new lines are open, so that the update is decided soon. Until they are, nobody knows how long it takes, and the bound of the buffer holds.
    /// </summary>
    public bool IsChangingOver => New.TrueForAll(static shard => shard.Slots[0].Current is not null);

    /// <summary>
    /// Whether a message of this contract shows that the shard brings what it takes over: a contract that the old shards bring too; any, if it takes over
    /// nothing.
    /// </summary>
    public bool ConfirmsOverlap(Shard shard, ContractKey contract) => _replaced.Contains(contract) || !shard.Contracts.Any(_replaced.Contains);

    /// <summary>When the last of the new shards has taken over; null while one of them is not open.</summary>
    public Moment? DueAt(Takeover takeover, Moment now) =>
        !IsChangingOver ? null
        : New.Count == 0 ? now
        : New.Select(shard => takeover.DueAt(shard.Slots[0].Current!)).MaxBy(static moment => moment.Elapsed);

    public void Succeed() => _decided.TrySetResult();

    public void Fail(Exception failure) => _decided.TrySetException(failure);
}

/// <summary>Decides when an update of the contracts is done, and what becomes of its shards.</summary>
internal sealed class UpdatePolicy(ShardSet shards, LineMerging merging, LineOpenings openings, OutagePolicy outages, Takeover takeover)
{
    /// <summary>Starts an update. The old lines and the new ones are merged from here on.</summary>
    public ContractUpdate Begin(ContractSet contracts, IReadOnlyList<Shard> old, IReadOnlyList<ContractSet> planned)
    {
        ContractUpdate update = shards.BeginUpdate(contracts, old, planned);
        foreach (Shard shard in old)
        {
            shard.Lines.ForEach(merging.Join);
            shard.Slots.FindAll(static slot => slot.IsOpening).ForEach(merging.OpensBesideOthers);
        }

        return update;
    }

    /// <summary>When the update is decided; null while one of its new lines is not open, or without an update.</summary>
    public Moment? NextDue(Moment now) => shards.Update?.DueAt(takeover, now);

    /// <summary>Finishes the update if all new lines have taken over: the old shards go.</summary>
    public void Tick(Moment now)
    {
        if (shards.Update is { } update && now >= update.DueAt(takeover, now))
        {
            update.Old.ForEach(old => outages.Decide(old, now));
            shards.EndUpdate();
            Retire(update.Old);
            update.Old.ForEach(old => outages.Resume(old, now));
            shards.Replace(update);
            update.New.ForEach(shard => openings.AllowRedundancy(shard, now));
            update.Succeed();
        }
    }

    /// <summary>Abandons the update: the old shards stay, the new ones go.</summary>
    public void Abandon(Exception failure)
    {
        if (shards.Update is { } update)
        {
            shards.EndUpdate();
            Retire(update.New);
            update.Fail(failure);
            merging.BypassArbiterWhereAlone();
        }
    }

    private void Retire(List<Shard> retired)
    {
        foreach (Shard shard in retired)
        {
            shard.IsRetired = true;
            shard.Slots.ForEach(openings.End);
            shard.Lines.ForEach(static line => line.Retire());
        }
    }
}
