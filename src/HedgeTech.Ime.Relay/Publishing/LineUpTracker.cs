namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>Tells from the events of a feed whether all of its contracts are connected, and whether the events say of each contract if it is.</summary>
internal sealed class LineUpTracker(ContractSet contracts)
{
    private readonly HashSet<ContractKey> _connected = [];
    private readonly HashSet<ContractKey> _known = [];
    private readonly HashSet<int> _interrupted = [];

    /// <summary>Whether all contracts are connected.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Whether each contract has been connected, or an interruption of its own connection was reported.</summary>
    public bool IsKnown => _known.Count >= contracts.Count;

    public void Happened(FeedEvent feedEvent)
    {
        switch (feedEvent)
        {
            case FeedConnected connected:
                _connected.UnionWith(connected.Contracts);
                _known.UnionWith(connected.Contracts);
                break;
            case FeedInterrupted interrupted:
                _interrupted.Add(interrupted.Connection);
                _known.UnionWith(interrupted.Contracts);
                break;
            case FeedResumed resumed:
                _interrupted.Remove(resumed.Connection);
                break;
        }

        IsUp = _interrupted.Count == 0 && _connected.Count >= contracts.Count;
    }
}
