namespace HedgeTech.Ime.Connection;

/// <summary>Spreads a set of contracts over connections, because the contracts of a connection are in its request line, whose length the server bounds.</summary>
/// <remarks>Thread-safe. Remembers for its life the shortest request line that was too long.</remarks>
internal sealed partial class ShardPlanner(ConnectionOptions options, Uri baseAddress)
{
    private readonly SubscriptionUri _names = new(baseAddress, options.NamePath, options.NameParameter);
    private readonly SubscriptionUri _ids = new(baseAddress, options.IdPath, options.IdParameter);
    private readonly int _maxCount = options.MaxContractsPerConnection ?? int.MaxValue;
    private int _maxLength = options.MaxRequestLineBytes;

    /// <summary>
    /// The shards of the set: names before ids and each in order, none longer or larger than allowed,
    /// but that a contract which is too long by itself has a shard of its own.
    /// </summary>
    internal IReadOnlyList<ContractSet> Plan(ContractSet contracts)
    {
        List<ContractSet> shards = [];
        PlanKind(ContractKeyKind.Name, _names);
        PlanKind(ContractKeyKind.Id, _ids);
        return shards;

        void PlanKind(ContractKeyKind kind, SubscriptionUri uri)
        {
            int maxLength = Volatile.Read(ref _maxLength);
            List<ContractKey> shard = [];
            int length = uri.EmptyRequestLineBytes;
            foreach (ContractKey contract in contracts.Where(contract => contract.Kind == kind))
            {
                int more = uri.BytesOf(contract);
                if (shard.Count > 0 && (shard.Count >= _maxCount || length + more > maxLength))
                {
                    shards.Add(new ContractSet(shard));
                    shard.Clear();
                    length = uri.EmptyRequestLineBytes;
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

    /// <summary>The two halves of a shard whose request line the server found too long; later plans stay below that length.</summary>
    /// <exception cref="ArgumentException">There is only one contract in it.</exception>
    internal IReadOnlyList<ContractSet> Split(ContractSet tooLong)
    {
        if (tooLong.Count < 2)
        {
            throw new ArgumentException("One contract cannot be halved.", nameof(tooLong));
        }

        int limit = RequestLineBytes(tooLong) - 1;
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

    /// <summary>The length of the request line of a shard, without its line break.</summary>
    internal int RequestLineBytes(ContractSet shard)
    {
        SubscriptionUri uri = shard.First().Kind == ContractKeyKind.Name ? _names : _ids;
        return uri.EmptyRequestLineBytes + shard.Sum(uri.BytesOf);
    }
}
