namespace HedgeTech.Ime.Telemetry;

/// <summary>The counts of a feed, or the sum of several.</summary>
/// <param name="Messages">Messages received on all lines, including rejected ones and those that another line delivered too.</param>
/// <param name="Bytes">The bytes of these messages, without frame headers.</param>
/// <param name="Rejected">How many of these messages are not snapshots.</param>
/// <param name="Dropped">Snapshots dropped, for whatever reason.</param>
/// <param name="SinkFailures">Calls to sinks that threw.</param>
internal readonly record struct FeedCounts(long Messages, long Bytes, long Rejected, long Dropped, long SinkFailures)
{
    public static FeedCounts operator +(FeedCounts one, FeedCounts other) =>
        new(one.Messages + other.Messages, one.Bytes + other.Bytes, one.Rejected + other.Rejected, one.Dropped + other.Dropped, one.SinkFailures + other.SinkFailures);
}
