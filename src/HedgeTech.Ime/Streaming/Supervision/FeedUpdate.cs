namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>A change of the contracts that is under way.</summary>
internal sealed class FeedUpdate(ContractSet contracts, List<Shard> old, List<Shard> fresh)
{
    private readonly HashSet<ContractKey> _carried = [.. old.SelectMany(static shard => shard.Contracts)];
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the feed is to stream afterwards.</summary>
    public ContractSet Contracts { get; } = contracts;

    /// <summary>The shards that are replaced.</summary>
    public List<Shard> Old { get; } = old;

    /// <summary>What replaces them.</summary>
    public List<Shard> New { get; } = fresh;

    public IEnumerable<Shard> All => Old.Concat(New);

    /// <summary>Done when the new shards carry; failed when one was refused.</summary>
    public Task Decided => _decided.Task;

    /// <summary>
    /// Whether a message of this contract shows that the shard carries what it takes over: one that the old shards carry too; any, if it takes over
    /// nothing.
    /// </summary>
    public bool Shows(Shard shard, ContractKey contract) => _carried.Contains(contract) || !shard.Contracts.Any(_carried.Contains);

    public void Succeed() => _decided.TrySetResult();

    public void Fail(Exception failure) => _decided.TrySetException(failure);
}
