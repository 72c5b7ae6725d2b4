namespace HedgeTech.Ime.Cli.Alert;

/// <summary>The states of all rules. It reads no clock and does no IO. Not thread-safe.</summary>
internal sealed class RuleBook
{
    private readonly RuleState[] _all;
    private readonly Dictionary<ContractKey, RuleState[]> _byContract;

    public RuleBook(IReadOnlyList<AlertRule> rules)
    {
        Contracts = new ContractSet(rules.Select(static rule => rule.Contract));
        (ContractKey Contract, RuleState State)[] states = [.. rules.Select(static rule => (rule.Contract, RuleState.Of(rule)))];
        _all = [.. states.Select(static one => one.State)];
        _byContract = states.GroupBy(static one => one.Contract, static one => one.State).ToDictionary(static group => group.Key, static group => group.ToArray());
    }

    /// <summary>The contracts of the rules.</summary>
    public ContractSet Contracts { get; }

    /// <summary>Returns the rules that an event makes true.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="elapsed">The time since the start, by a clock that nobody adjusts.</param>
    public IReadOnlyList<Crossing> On(FeedEvent happened, TimeSpan elapsed)
    {
        List<Crossing>? crossings = null;
        switch (happened)
        {
            case MarketSnapshot snapshot:
                Add(_byContract.GetValueOrDefault(snapshot.Contract, []));
                break;
            case FeedInterrupted interrupted:
                AddContracts(interrupted.Contracts);
                break;
            case FeedResumed resumed:
                AddContracts(resumed.Contracts);
                break;
            default:
                Add(_all);
                break;
        }

        return crossings ?? [];

        void AddContracts(ContractSet contracts)
        {
            foreach (ContractKey contract in contracts)
            {
                Add(_byContract.GetValueOrDefault(contract, []));
            }
        }

        void Add(RuleState[] states)
        {
            foreach (RuleState state in states)
            {
                if (state.On(happened, elapsed) is { } crossing)
                {
                    (crossings ??= []).Add(crossing);
                }
            }
        }
    }

    /// <summary>Returns the rules that the passing of time makes true.</summary>
    /// <param name="elapsed">The time since the start, by a clock that nobody adjusts.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="isOpen">Whether the market is open.</param>
    public IReadOnlyList<Crossing> OnTime(TimeSpan elapsed, DateTimeOffset now, bool isOpen) =>
        [.. _all.Select(state => state.OnTime(elapsed, now, isOpen)).OfType<Crossing>()];
}
