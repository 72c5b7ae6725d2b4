using System.Globalization;

namespace HedgeTech.Ime;

/// <summary>What a feed has counted since its enumeration began. <c>Received = Delivered + Dropped + Replaced + Waiting</c>, always.</summary>
public readonly record struct FeedStatistics
{
    /// <summary>Snapshots received.</summary>
    public long Received { get; init; }

    /// <summary>Snapshots that the consumer took.</summary>
    public long Delivered { get; init; }

    /// <summary>Snapshots removed because the consumer was too slow; announced by <see cref="SnapshotsDropped"/>.</summary>
    public long Dropped { get; init; }

    /// <summary>Snapshots replaced by a newer one of their contract under <see cref="FeedDelivery.LatestPerContract"/>; not announced.</summary>
    public long Replaced { get; init; }

    /// <summary>Messages that were no snapshots; announced by <see cref="FrameRejected"/>, of which at most 256, and 1 MiB, wait at a time.</summary>
    public long Rejected { get; init; }

    /// <summary>Handshakes accepted after the first of their connection.</summary>
    public long Reconnects { get; init; }

    /// <summary>Snapshots waiting for the consumer now.</summary>
    public int Waiting { get; init; }

    /// <summary>Bytes of all messages received, unpacked if they came compressed; rejected ones included.</summary>
    public long Bytes { get; init; }

    /// <summary>Calls to an <see cref="IFeedSink"/> that threw an exception. The stream continued.</summary>
    public long SinkFailures { get; init; }

    /// <summary>When the last message was received, UTC; null before the first.</summary>
    public DateTimeOffset? LastReceivedAt { get; init; }

    /// <summary>Why the last attempt to connect or log in failed, or the last connection was lost, in one sentence; null if none was. It stays when the feed has recovered.</summary>
    public string? LastFailure { get; init; }

    /// <summary>When that was, UTC; null if there was no failure.</summary>
    public DateTimeOffset? LastFailureAt { get; init; }

    /// <summary>One line with all of it.</summary>
    public override string ToString() => LastFailure is null ? Counts : FormattableString.Invariant($"{Counts}; last failure at {LastFailureAt:yyyy-MM-dd HH:mm:ss.fffzzz}: {LastFailure}");

    private string Counts =>
        FormattableString.Invariant($"{Received} received: {Delivered} delivered, {Dropped} dropped, {Replaced} replaced, {Waiting} waiting; {Rejected} rejected, {Reconnects} reconnects, {Bytes} bytes,{(SinkFailures == 0 ? "" : FormattableString.Invariant($" {SinkFailures} sink failures,"))} last at {(LastReceivedAt is { } last ? last.ToString("yyyy-MM-dd HH:mm:ss.fffzzz", CultureInfo.InvariantCulture) : "no time")}");
}
