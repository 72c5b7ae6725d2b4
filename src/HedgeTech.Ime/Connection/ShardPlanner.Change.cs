namespace HedgeTech.Ime.Connection;

// Shards for another set of contracts, near to those that there are.
internal sealed partial class ShardPlanner
{
    /// <summary>
    /// Which shards have to be replaced, and by what, so that together all carry the wanted set. Shards that stay as they are are not touched, but
    /// that the smallest of a kind takes in what is added, if that saves a connection.
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
}
