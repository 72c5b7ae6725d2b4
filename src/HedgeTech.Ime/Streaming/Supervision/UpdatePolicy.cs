namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Decides when an update of the contracts is done, and what becomes of its shards.</summary>
internal sealed class UpdatePolicy(ShardSet shards, LineMerging merging, LineOpenings openings, OutagePolicy outages, Takeover takeover)
{
    /// <summary>Starts an update. From now on, the old lines and the new ones are merged.</summary>
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

    /// <summary>Finishes the update if all new lines have taken over: closes the old shards.</summary>
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

    /// <summary>Abandons the update: keeps the old shards and closes the new ones.</summary>
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
