namespace HedgeTech.Ime.Telemetry;

/// <summary>What a feed has counted, or several together.</summary>
/// <param name="Messages">Messages received, of all connections, those that another has brought too and rejected ones included.</param>
/// <param name="Bytes">The bytes of these, without frame headers.</param>
/// <param name="Rejected">Those of them that are no snapshots.</param>
/// <param name="Dropped">Snapshots given up because the consumer was too slow.</param>
/// <param name="SinkFailures">Calls to sinks that threw.</param>
internal readonly record struct FeedCounts(long Messages, long Bytes, long Rejected, long Dropped, long SinkFailures)
{
    public static FeedCounts operator +(FeedCounts one, FeedCounts other) =>
        new(one.Messages + other.Messages, one.Bytes + other.Bytes, one.Rejected + other.Rejected, one.Dropped + other.Dropped, one.SinkFailures + other.SinkFailures);
}
