namespace HedgeTech.Ime.Connection;

/// <summary>Distributes a set of contracts over connections: the contracts of a connection are in its request line, whose length the server limits.</summary>
/// <remarks>Thread-safe. Remembers for its lifetime the shortest request line that was too long.</remarks>
internal sealed class ShardPlanner(ConnectionOptions options, Uri baseAddress)
{
    private readonly SubscriptionUris _uris = new(baseAddress, options);
    private readonly int _maxCount = options.MaxContractsPerConnection ?? int.MaxValue;
    private int _maxLength = options.MaxRequestLineBytes;

    /// <summary>
    /// Returns the shards of the set: names before ids, each in order, and none longer or larger than allowed. Only a contract that is too long alone
    /// exceeds the limit, in its own shard.
    /// </summary>
    internal IReadOnlyList<ContractSet> Plan(ContractSet contracts)
    {
        List<ContractSet> shards = [];
        PlanKind(ContractKeyKind.Name);
        PlanKind(ContractKeyKind.Id);
        return shards;

        void PlanKind(ContractKeyKind kind)
        {
            int maxLength = Volatile.Read(ref _maxLength);
            List<ContractKey> shard = [];
            int length = _uris.EmptyRequestLineBytes(kind);
            foreach (ContractKey contract in contracts.Where(contract => contract.Kind == kind))
            {
                int more = _uris.BytesOf(contract);
                if (shard.Count > 0 && (shard.Count >= _maxCount || length + more > maxLength))
                {
                    shards.Add(new ContractSet(shard));
                    shard.Clear();
                    length = _uris.EmptyRequestLineBytes(kind);
                }

                shard.Add(contract);
                length += more;
            }

            if (shard.Count > 0)
            {
                shards.Add(new ContractSet(shard));
            }
        }
    }

    /// <summary>
    /// Returns which shards to replace, and by what, so that all shards together serve the wanted set. Shards whose contracts all stay are not touched, with one
    /// exception: the smallest of a kind gets the added contracts if that saves a connection.
    /// </summary>
    internal (IReadOnlyList<int> Replaced, IReadOnlyList<ContractSet> Planned) Change(IReadOnlyList<ContractSet> present, ContractSet wanted)
    {
        HashSet<ContractKey> added = [.. wanted];
        HashSet<ContractKey> kept = [.. wanted];
        List<int> replaced = [];
        List<ContractKey> pool = [];
        for (int i = 0; i < present.Count; i++)
        {
            added.ExceptWith(present[i]);
            if (!present[i].All(kept.Contains))
            {
                replaced.Add(i);
                pool.AddRange(present[i].Where(kept.Contains));
            }
        }

        pool.AddRange(wanted.Where(added.Contains));
        foreach (ContractKeyKind kind in added.Select(static contract => contract.Kind).Distinct())
        {
            int smallest = -1;
            for (int i = 0; i < present.Count; i++)
            {
                bool stays = !replaced.Contains(i) && present[i].First().Kind == kind;
                if (stays && (smallest < 0 || present[i].Count < present[smallest].Count))
                {
                    smallest = i;
                }
            }

            if (smallest >= 0 && Plan(new ContractSet([.. pool, .. present[smallest]])).Count <= Plan(new ContractSet(pool)).Count)
            {
                replaced.Add(smallest);
                pool.AddRange(present[smallest]);
            }
        }

        replaced.Sort();
        return (replaced, pool.Count == 0 ? [] : Plan(new ContractSet(pool)));
    }

    /// <summary>Returns the two halves of a shard whose request line was too long for the server. Later plans stay below that length.</summary>
    /// <exception cref="ArgumentException">The set contains only one contract.</exception>
    internal IReadOnlyList<ContractSet> Split(ContractSet tooLong)
    {
        if (tooLong.Count < 2)
        {
            throw new ArgumentException("A set of one contract cannot be split.", nameof(tooLong));
        }

        int limit = _uris.RequestLineBytes(tooLong) - 1;
        int known = Volatile.Read(ref _maxLength);
        while (limit < known)
        {
            int seen = Interlocked.CompareExchange(ref _maxLength, limit, known);
            if (seen == known)
            {
                break;
            }

            known = seen;
        }

        int half = (tooLong.Count + 1) / 2;
        return [new ContractSet(tooLong.Take(half)), new ContractSet(tooLong.Skip(half))];
    }
}
