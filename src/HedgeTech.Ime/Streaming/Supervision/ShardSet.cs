namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>The shards of a feed, and the change of contracts that is under way.</summary>
internal sealed class ShardSet(FeedOptions options)
{
    private readonly List<Shard> _streamed = [];
    private int _lastNumber;

    /// <summary>What the feed streams now, without the new shards of an update.</summary>
    public IReadOnlyList<Shard> Streamed => _streamed;

    /// <summary>The change of contracts that is under way; null if there is none.</summary>
    public ContractUpdate? Update { get; private set; }

    /// <summary>All shards, including the new ones of an update.</summary>
    public IEnumerable<Shard> All => Update is null ? _streamed : _streamed.Concat(Update.New);

    /// <summary>All slots, including those of an update.</summary>
    public IEnumerable<LineSlot> Slots => All.SelectMany(static shard => shard.Slots);

    public FeedState State =>
        _streamed.Count == 0 ? FeedState.Idle
        : _streamed.Exists(static shard => shard.Outage.IsOpen) ? FeedState.Interrupted
        : _streamed.Exists(static shard => shard.Lines.Count == 0) ? FeedState.Connecting
        : FeedState.Live;

    /// <summary>Whether a line of each shard was ever accepted.</summary>
    public bool WereAllConnected => _streamed.TrueForAll(static shard => shard.Slots.Exists(static slot => slot.WasConnected));

    public int ContractCount => _streamed.Sum(static shard => shard.Contracts.Count);

    public Shard Add(ContractSet contracts)
    {
        Shard shard = Create(contracts, ++_lastNumber);
        _streamed.Add(shard);
        return shard;
    }

    /// <summary>Replaces a shard by parts that inherit its history. The first part keeps its number.</summary>
    public IReadOnlyList<Shard> Split(Shard shard, IReadOnlyList<ContractSet> parts)
    {
        List<Shard> split = [.. parts.Select((contracts, i) => shard.With(i == 0 ? shard.Number : ++_lastNumber, contracts, new SilenceWatch(options)))];
        shard.IsRetired = true;
        List<Shard> home = shard.IsProvisional ? Update!.New : _streamed;
        home.Remove(shard);
        home.AddRange(split);
        if (Update?.Old.Remove(shard) == true)
        {
            Update.Old.AddRange(split);
        }

        return split;
    }

    /// <summary>Starts an update: new shards beside the old ones.</summary>
    public ContractUpdate BeginUpdate(ContractSet contracts, IReadOnlyList<Shard> old, IReadOnlyList<ContractSet> planned)
    {
        List<Shard> added = [];
        foreach (ContractSet part in planned)
        {
            Shard shard = Create(part, added.Count < old.Count ? old[added.Count].Number : ++_lastNumber);
            shard.IsProvisional = true;
            added.Add(shard);
        }

        return Update = new ContractUpdate(contracts, [.. old], added);
    }

    public void EndUpdate() => Update = null;

    /// <summary>Streams the new shards of an update in place of the old ones.</summary>
    public void Replace(ContractUpdate update)
    {
        _streamed.RemoveAll(update.Old.Contains);
        foreach (Shard shard in update.New)
        {
            shard.IsProvisional = false;
            shard.WasProven = true;
            _streamed.Add(shard);
        }
    }

    /// <summary>Whether the update under way adds or removes a shard.</summary>
    public bool IsBeingUpdated(Shard shard) => Update is { } update && (update.Old.Contains(shard) || update.New.Contains(shard));

    /// <summary>The open lines that may bring the same contracts as those of the shard.</summary>
    public IEnumerable<Line> CompanionsOf(Shard shard) =>
        IsBeingUpdated(shard) ? Update!.All.SelectMany(static other => other.Lines) : shard.Lines;

    /// <summary>The lines that a new line replaces.</summary>
    public IEnumerable<Line> PredecessorsOf(Line line) => line.Slot.Replacement == line
        ? line.Slot.Current is { } current ? [current] : []
        : Update is { } update ? update.Old.SelectMany(static shard => shard.Lines).Where(old => old.Shard.Contracts.Any(line.Shard.Contracts.Contains)) : [];

    /// <summary>Whether a line brings this contract, so that the service must know it.</summary>
    public bool IsStreaming(ContractKey contract) => _streamed.Exists(shard => shard.IsStreaming && shard.Contracts.Contains(contract));

    /// <summary>Whether a message comes over a line of an update that was abandoned, and its contract is not streamed.</summary>
    public bool IsUnwanted(Line line, ContractKey contract) => line.Shard is { IsProvisional: true, IsRetired: true } && !IsAskedFor(contract);

    /// <summary>Whether a message of this contract shows that the line brings what it takes over.</summary>
    public bool ConfirmsOverlap(Line line, ContractKey contract) => !line.Shard.IsProvisional || Update is null || Update.ConfirmsOverlap(line.Shard, contract);

    // A separate method, because a lambda in the method above would cost each message a closure.
    private bool IsAskedFor(ContractKey contract) => _streamed.Exists(shard => shard.Contracts.Contains(contract));

    private Shard Create(ContractSet contracts, int number) => new(number, contracts, new SilenceWatch(options), options.Redundancy);
}
