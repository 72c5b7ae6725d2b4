namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// Bounds the events of a consumer that stands still: what happens to a connection again is told together with what waits already. Outages become one
/// longer outage, so that nothing that may have been missed lies outside of one.
/// </summary>
internal sealed class EventMerger(EventList list)
{
    // Ends of outages that were taken back, by connection: the outage goes on.
    private readonly Dictionary<int, FeedResumed> _takenBack = [];

    /// <summary>What is to be appended for an event; null if the waiting events tell it. The number of waiting events that were removed for it is counted.</summary>
    public FeedEvent? Merge(FeedEvent added, ref int removed)
    {
        switch (added)
        {
            case FeedInterrupted interrupted when Find<FeedResumed>(interrupted.Connection, interrupted.Contracts) is var end and not EventList.None:
                _takenBack[interrupted.Connection] = (FeedResumed)list[end].Event!;
                Remove(end, ref removed);
                return null;
            case FeedConnected connected:
                Remove(Find<FeedConnected>(connected.Connection, connected.Contracts), ref removed);
                return connected;
            case FeedSilent silent:
                Remove(Find<FeedSilent>(silent.Connection, silent.Contracts), ref removed);
                return silent;
            default:
                return added;
        }
    }

    /// <summary>The end of an outage, or of all the outages that have become one.</summary>
    public FeedResumed Span(FeedResumed resumed)
    {
        if (!_takenBack.Remove(resumed.Connection, out FeedResumed? earlier))
        {
            return resumed;
        }

        TimeSpan gap = resumed.ReceivedAt - earlier.ReceivedAt + earlier.Gap;
        return resumed with { Reason = earlier.Reason, Gap = gap < resumed.Gap ? resumed.Gap : gap, Attempts = earlier.Attempts + resumed.Attempts };
    }

    private void Remove(int index, ref int removed)
    {
        if (index != EventList.None)
        {
            list.Remove(index);
            removed++;
        }
    }

    /// <summary>The newest waiting event of a kind and connection; none if the connection carries something else by now. Events are rare: it searches.</summary>
    private int Find<TEvent>(int connection, ContractSet contracts)
        where TEvent : FeedEvent
    {
        int index = list.Last;
        while (index != EventList.None && (list[index].Event is not TEvent waiting || NumberOf(waiting) != connection))
        {
            index = list[index].Previous;
        }

        return index != EventList.None && ReferenceEquals(ContractsOf(list[index].Event!), contracts) ? index : EventList.None;
    }

    private static int NumberOf(FeedEvent of) => of switch
    {
        FeedResumed resumed => resumed.Connection,
        FeedConnected connected => connected.Connection,
        FeedSilent silent => silent.Connection,
        _ => 0,
    };

    private static ContractSet? ContractsOf(FeedEvent of) => of switch
    {
        FeedResumed resumed => resumed.Contracts,
        FeedConnected connected => connected.Contracts,
        FeedSilent silent => silent.Contracts,
        _ => null,
    };
}
