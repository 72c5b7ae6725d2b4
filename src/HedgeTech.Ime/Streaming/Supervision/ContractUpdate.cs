namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>A change of the contracts while the stream runs: new shards beside the old ones, which are closed when all new ones have taken over.</summary>
internal sealed class ContractUpdate(ContractSet contracts, List<Shard> old, List<Shard> added)
{
    private readonly HashSet<ContractKey> _replaced = [.. old.SelectMany(static shard => shard.Contracts)];
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The contracts that the feed streams after the update.</summary>
    public ContractSet Contracts { get; } = contracts;

    public List<Shard> Old { get; } = old;

    public List<Shard> New { get; } = added;

    public IEnumerable<Shard> All => Old.Concat(New);

    /// <summary>Completes when the new shards have taken over; fails if one is refused.</summary>
    public Task Decided => _decided.Task;

    /// <summary>
    /// Whether all new lines are open, so that the update is decided soon. Until they are, nobody knows how long it takes, and the bound of the buffer holds.
    /// </summary>
    public bool IsChangingOver => New.TrueForAll(static shard => shard.Slots[0].Current is not null);

    /// <summary>Whether a message of this contract shows that the new shard brings what it takes over. If it takes over nothing, any message does.</summary>
    public bool ConfirmsOverlap(Shard shard, ContractKey contract) => _replaced.Contains(contract) || !shard.Contracts.Any(_replaced.Contains);

    /// <summary>When the last of the new shards has taken over; null while one of them is not open.</summary>
    public Moment? DueAt(Takeover takeover, Moment now) =>
        !IsChangingOver ? null
        : New.Count == 0 ? now
        : New.Select(shard => takeover.DueAt(shard.Slots[0].Current!)).MaxBy(static moment => moment.Elapsed);

    public void Succeed() => _decided.TrySetResult();

    public void Fail(Exception failure) => _decided.TrySetException(failure);
}
