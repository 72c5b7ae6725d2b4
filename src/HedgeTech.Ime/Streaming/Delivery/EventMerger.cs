namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>
/// Limits the waiting events of a consumer that does not take any, by merging a new event of a connection with a waiting one. Several outages become one
/// longer outage, which covers every moment in which something may have been missed.
/// </summary>
internal sealed class EventMerger(EventList list)
{
    // The ends of outages that were removed because the outage continued, by connection.
    private readonly Dictionary<int, FeedResumed> _takenBack = [];

    /// <summary>Returns the event to append; null if the waiting events already say it. Adds the number of waiting events that it removed to <paramref name="removed"/>.</summary>
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

    /// <summary>Returns the end of an outage, extended over all outages that were merged with it.</summary>
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

    /// <summary>Finds the newest waiting event of a type and connection; none if the contracts of the connection have changed since. A linear search is fine, as events are rare.</summary>
    private int Find<TEvent>(int connection, ContractSet contracts)
        where TEvent : FeedEvent
    {
        int index = list.Last;
        while (index != EventList.None && (list[index].Event is not TEvent waiting || SourceOf(waiting).Connection != connection))
        {
            index = list[index].Previous;
        }

        return index != EventList.None && ReferenceEquals(SourceOf(list[index].Event!).Contracts, contracts) ? index : EventList.None;
    }

    private static (int Connection, ContractSet? Contracts) SourceOf(FeedEvent of) => of switch
    {
        FeedResumed resumed => (resumed.Connection, resumed.Contracts),
        FeedConnected connected => (connected.Connection, connected.Contracts),
        FeedSilent silent => (silent.Connection, silent.Contracts),
        _ => default,
    };
}
