using HedgeTech.Ime.Recording.Reading;

namespace HedgeTech.Ime.Recording.Replay;

/// <summary>The events of connection 0, which no service sent: they tell where the recording lacks something, and of which contracts.</summary>
/// <param name="wanted">The contracts that are replayed.</param>
/// <param name="events">Receives the events.</param>
/// <remarks>Not thread-safe.</remarks>
internal sealed class RecordingInterruptions(ContractSet wanted, Queue<FeedEvent> events)
{
    private readonly OpenOutages _outages = new();
    private readonly HashSet<ContractKey> _recorded = []; // of those wanted, at this place of the recording
    private readonly Dictionary<ContractKey, (DateTimeOffset Since, InterruptionReason Reason)> _missing = [];

    /// <summary>More contracts are recorded from here on. Those that a part of the recording lacked are back.</summary>
    public void Add(IReadOnlyCollection<ContractKey> contracts, DateTimeOffset at)
    {
        _recorded.UnionWith(contracts);
        if (_missing.Count > 0)
        {
            Resume(contracts, at);
        }
    }

    /// <summary>An event of the recording, told or not.</summary>
    public void See(FeedEvent feedEvent) => _outages.See(feedEvent);

    /// <summary>Nothing was recorded for a time. Contracts that the recording has no longer stay interrupted.</summary>
    /// <param name="gap">Why.</param>
    /// <param name="contracts">The wanted contracts that are recorded from here on.</param>
    /// <param name="from">The last time before the gap, or when the replay begins.</param>
    /// <param name="to">The first time behind it.</param>
    /// <param name="isTold">Whether the consumer is to learn of it.</param>
    public void Enter(GapReason gap, IReadOnlyCollection<ContractKey> contracts, DateTimeOffset from, DateTimeOffset to, bool isTold)
    {
        bool isWithinOutage = _outages.AreAll;
        if (gap is not GapReason.Missing)
        {
            EndOutages(contracts, to, isTold);
        }

        if (isTold && !isWithinOutage)
        {
            (InterruptionReason reason, string description) = gap switch
            {
                GapReason.Stopped => (InterruptionReason.Closed, "Nothing was recorded: the recording was stopped."),
                GapReason.Crashed => (InterruptionReason.ConnectionLost, "Nothing was recorded: the recorder did not end properly."),
                _ => (InterruptionReason.ConnectionLost, "A part of the recording has been deleted."),
            };
            Interrupt(from, reason, description);
        }

        _recorded.Clear();
        Add(contracts, to);
    }

    /// <summary>Something between two times cannot be read.</summary>
    public void AddDamage(DateTimeOffset from, DateTimeOffset to, string description)
    {
        ContractSet contracts = Set(contract => _recorded.Contains(contract) && !_missing.ContainsKey(contract)) ?? wanted;
        events.Enqueue(new FeedInterrupted { ReceivedAt = from, Connection = 0, Contracts = contracts, Reason = InterruptionReason.ConnectionLost, Description = description });
        events.Enqueue(new FeedResumed { ReceivedAt = to, Connection = 0, Contracts = contracts, Reason = InterruptionReason.ConnectionLost, Gap = to - from });
    }

    private void Interrupt(DateTimeOffset at, InterruptionReason reason, string description)
    {
        ContractSet? contracts = Set(contract => _recorded.Contains(contract) && !_missing.ContainsKey(contract)) ?? (_missing.Count == 0 ? wanted : null);
        if (contracts is not null)
        {
            events.Enqueue(new FeedInterrupted { ReceivedAt = at, Connection = 0, Contracts = contracts, Reason = reason, Description = description });
            Miss(contracts, at, reason);
        }
    }

    private void Miss(IEnumerable<ContractKey> contracts, DateTimeOffset since, InterruptionReason reason)
    {
        foreach (ContractKey contract in contracts)
        {
            _missing.TryAdd(contract, (since, reason));
        }
    }

    /// <summary>Another feed begins: the outages of the one before are over, except for contracts that the new one does not have.</summary>
    private void EndOutages(IReadOnlyCollection<ContractKey> contracts, DateTimeOffset at, bool isTold)
    {
        foreach (FeedResumed over in _outages.End(at).Where(over => isTold && over.Contracts.Any(wanted.Contains)))
        {
            ILookup<bool, ContractKey> isBack = over.Contracts.ToLookup(contract => contracts.Contains(contract) || !wanted.Contains(contract));
            Miss(isBack[false], at - over.Gap, over.Reason);
            if (isBack[true].Any(wanted.Contains))
            {
                events.Enqueue(isBack[false].Any() ? over with { Contracts = new ContractSet(isBack[true]) } : over);
            }
        }
    }

    private void Resume(IReadOnlyCollection<ContractKey> contracts, DateTimeOffset at)
    {
        foreach (var missing in _missing.Where(one => contracts.Contains(one.Key)).GroupBy(static one => one.Value, static one => one.Key).OrderBy(static one => one.Key.Since).ToList())
        {
            events.Enqueue(new FeedResumed { ReceivedAt = at, Connection = 0, Contracts = Set(missing.Contains)!, Reason = missing.Key.Reason, Gap = at - missing.Key.Since });
            foreach (ContractKey contract in missing)
            {
                _missing.Remove(contract);
            }
        }
    }

    /// <summary>Those of the wanted contracts that meet a condition; null if none does.</summary>
    private ContractSet? Set(Func<ContractKey, bool> condition)
    {
        ContractKey[] contracts = [.. wanted.Where(condition)];
        return contracts.Length == 0 ? null : contracts.Length == wanted.Count ? wanted : new ContractSet(contracts);
    }
}
