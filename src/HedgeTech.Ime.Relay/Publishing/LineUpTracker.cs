namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>Tells from the events of a feed whether all of its contracts are connected.</summary>
internal sealed class LineUpTracker(ContractSet contracts)
{
    private readonly HashSet<ContractKey> _connected = [];
    private readonly HashSet<int> _interrupted = [];

    public bool IsUp { get; private set; }

    public void Happened(FeedEvent feedEvent)
    {
        switch (feedEvent)
        {
            case FeedConnected connected:
                _connected.UnionWith(connected.Contracts);
                break;
            case FeedInterrupted interrupted:
                _interrupted.Add(interrupted.Connection);
                break;
            case FeedResumed resumed:
                _interrupted.Remove(resumed.Connection);
                break;
        }

        IsUp = _interrupted.Count == 0 && _connected.Count >= contracts.Count;
    }
}
