namespace HedgeTech.Ime.Recording.Replay;

/// <summary>Which connections are interrupted at a place of the recording.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class OpenOutages
{
    private readonly SortedDictionary<int, FeedInterrupted> _open = [];
    private readonly HashSet<int> _connections = [];

    /// <summary>Whether every connection that was ever seen is interrupted.</summary>
    public bool AreAll => _open.Count > 0 && _open.Count == _connections.Count;

    public void See(FeedEvent feedEvent)
    {
        switch (feedEvent)
        {
            case FeedConnected connected:
                _connections.Add(connected.Connection);
                break;
            case FeedInterrupted interrupted:
                _connections.Add(interrupted.Connection);
                _open[interrupted.Connection] = interrupted;
                break;
            case FeedResumed resumed:
                _open.Remove(resumed.Connection);
                break;
            default:
                break;
        }
    }

    /// <summary>Another feed begins: what was open is over.</summary>
    /// <param name="at">When.</param>
    public IEnumerable<FeedResumed> End(DateTimeOffset at)
    {
        FeedResumed[] over =
        [
            .. _open.Values.Select(outage => new FeedResumed
            {
                ReceivedAt = at,
                Connection = outage.Connection,
                Contracts = outage.Contracts,
                Reason = outage.Reason,
                Gap = at - outage.ReceivedAt,
            }),
        ];
        _open.Clear();
        _connections.Clear();
        return over;
    }
}
