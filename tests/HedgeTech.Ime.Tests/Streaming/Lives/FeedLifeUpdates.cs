using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>The changes of the contracts in a life of a feed.</summary>
internal sealed class FeedLifeUpdates(FeedLife life, FeedLifeConsumer consumer)
{
    private ContractUpdate? _update;
    private HashSet<ContractKey> _streamed = [];

    /// <summary>The contracts that the feed streams.</summary>
    public IReadOnlyCollection<ContractKey> Streamed => _streamed;

    /// <summary>The new shards of the current update.</summary>
    public IEnumerable<Shard> New => _update?.New ?? [];

    /// <summary>Whether the current update is decided, or null if there is no update.</summary>
    public bool? IsDecided => _update?.Decided.IsCompleted;

    /// <summary>Sets the contracts with which the feed starts.</summary>
    public void Begin(IEnumerable<ContractKey> contracts)
    {
        _streamed = [.. contracts];
        consumer.Added(_streamed);
    }

    /// <summary>Starts an update, or abandons the current one.</summary>
    public void Change()
    {
        if (_update is not null)
        {
            life.Report().AbandonUpdate(new OperationCanceledException());
            End();
            return;
        }

        HashSet<ContractKey> wanted = [.. life.Server.Contracts.Where(_ => life.Random.Next(3) > 0)];
        if (wanted.Count == 0)
        {
            return;
        }

        List<Shard> old = [.. life.Heart.Shards.Where(shard => !shard.Contracts.All(wanted.Contains) || life.Random.Next(3) == 0)];
        HashSet<ContractKey> untouched = [.. life.Heart.Shards.Except(old).SelectMany(static shard => shard.Contracts)];
        ContractKey[] pool = [.. wanted.Where(contract => !untouched.Contains(contract))];
        if (pool.Length > 0 && life.Random.Next(5) == 0)
        {
            life.Server.Refuse(pool[life.Random.Next(pool.Length)]);
        }

        life.Record.Note($"update {string.Join(' ', old.Select(static shard => shard.Contracts))} -> {string.Join(' ', pool)}");
        _update = life.Report().BeginUpdate(new ContractSet(wanted), old, pool.Length == 0 ? [] : life.Parts(pool));
        _update.New.ForEach(life.Run);
    }

    /// <summary>Called when an old shard of the update is split. If the update has just been decided, its outcome has not been checked yet.</summary>
    public void Split(Shard shard, IEnumerable<Shard> halves)
    {
        if (_update?.Old.Remove(shard) == true)
        {
            _update.Old.AddRange(halves);
        }
    }

    /// <summary>Checks the outcome of an update that is decided.</summary>
    public void End()
    {
        if (_update is not { Decided.IsCompleted: true } update)
        {
            return;
        }

        _update = null;
        life.Server.Refuse(null);
        life.Record.Note($"update decided: {update.Decided.Status}");
        FeedLifeConsumer.Require(update.Decided.IsFaulted || update.New.TrueForAll(life.Heart.Shards.Contains), "the feed has the shards of a decided update");
        if (update.Decided.IsCompletedSuccessfully)
        {
            consumer.Removed(_streamed.Except(update.Contracts));
            consumer.Added(update.Contracts.Except(_streamed));
            _streamed = [.. update.Contracts];
        }
        else
        {
            _ = update.Decided.Exception;

            // Compares the contracts, because an old shard may have been split in the meantime.
            FeedLifeConsumer.Require(
                update.Old.SelectMany(static old => old.Contracts).All(contract => life.Heart.Shards.Any(shard => shard.Contracts.Contains(contract))),
                "a refused update keeps the old lines");
        }
    }
}
