namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>The consumer in a life of a feed: takes events and checks them against the promises.</summary>
internal sealed class FeedLifeConsumer(FeedLifeServer server, Func<DateTimeOffset, DateTimeOffset> trueTime)
{
    private readonly Dictionary<ContractKey, long> _last = [];
    private readonly Dictionary<int, ContractSet> _outages = [];
    private readonly HashSet<ContractKey> _removed = [];
    private readonly Dictionary<ContractKey, int> _promisedFrom = [];

    // Messages that were published before this time may be missing, because an outage was announced.
    private readonly Dictionary<ContractKey, DateTimeOffset> _mayHaveMissedUntil = [];
    private readonly List<(ContractKey Contract, long After, long Before, DateTimeOffset ExcusedUntil)> _gaps = [];
    private bool _wasDrop;

    public long Snapshots { get; private set; }

    public long Dropped { get; private set; }

    public int Interruptions { get; private set; }

    public void Take(FeedEvent taken)
    {
        Require(!(taken is SnapshotsDropped && _wasDrop), "another event follows each announcement of drops");
        _wasDrop = taken is SnapshotsDropped;
        switch (taken)
        {
            case MarketSnapshot snapshot:
                Take(snapshot);
                break;
            case SnapshotsDropped dropped:
                Require(dropped.Count > 0, "an announcement of drops counts at least one snapshot");
                Dropped += dropped.Count;
                break;
            case FeedInterrupted interrupted:
                Require(!_outages.ContainsKey(interrupted.Connection), $"connection {interrupted.Connection} is interrupted twice");
                _outages[interrupted.Connection] = interrupted.Contracts;
                Interruptions++;
                break;
            case FeedResumed resumed:
                Require(_outages.Remove(resumed.Connection, out ContractSet? contracts), $"connection {resumed.Connection} resumes without an interruption");
                Require(resumed.Gap >= TimeSpan.Zero, "a gap is not negative");
                foreach (ContractKey contract in contracts!)
                {
                    _mayHaveMissedUntil[contract] = trueTime(resumed.ReceivedAt);
                }

                break;
        }
    }

    /// <summary>Stops checking contracts that the feed no longer streams, even if it streams them again later.</summary>
    public void Removed(IEnumerable<ContractKey> contracts) => _removed.UnionWith(contracts);

    /// <summary>Starts checking added contracts. Their messages may have arrived before.</summary>
    public void Added(IEnumerable<ContractKey> contracts)
    {
        foreach (ContractKey contract in contracts)
        {
            _promisedFrom[contract] = server.Read[contract].Count;
        }
    }

    /// <summary>Checks that every gap was announced. Called at the end, when all messages that were read have been delivered.</summary>
    public void CheckGaps()
    {
        foreach ((ContractKey contract, long after, long before, DateTimeOffset excusedUntil) in _gaps.Where(gap => !_removed.Contains(gap.Contract) && gap.After >= _promisedFrom.GetValueOrDefault(gap.Contract, int.MaxValue)))
        {
            for (long number = after + 1; number < before; number++)
            {
                bool isExcused = server.PublishedAt[contract][(int)number] <= excusedUntil;
                Require(isExcused || server.Read[contract][(int)number], $"message {number} of {contract.Value} was lost between {after} and {before}, and no event reported it");
            }
        }
    }

    public void CheckNewest(IEnumerable<ContractKey> contracts)
    {
        foreach (ContractKey contract in contracts)
        {
            int newest = server.Read[contract].LastIndexOf(true);
            Require(newest < 0 || (_last.TryGetValue(contract, out long last) && last == newest), $"the newest state of {contract.Value}, {newest}, has not arrived");
        }
    }

    public static void Require(bool condition, string promise)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"Broken: {promise}.");
        }
    }

    private void Take(MarketSnapshot snapshot)
    {
        Snapshots++;
        ContractKey contract = snapshot.Contract;
        long number = snapshot.Aggregate.TradeCount;
        long last = _last.GetValueOrDefault(contract, -1);
        Require(number > last, $"{contract.Value} goes from {last} to {number}: out of order, or twice");
        bool isInOutage = _outages.Values.Any(contracts => contracts.Contains(contract));
        if (!isInOutage && number > last + 1)
        {
            _gaps.Add((contract, last, number, _mayHaveMissedUntil.GetValueOrDefault(contract)));
        }

        _last[contract] = number;
    }
}
