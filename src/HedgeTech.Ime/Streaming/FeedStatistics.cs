using System.Globalization;

namespace HedgeTech.Ime;

/// <summary>The counts of a feed since it started. <c>Received = Delivered + Dropped + Replaced + Waiting</c> always holds.</summary>
public readonly record struct FeedStatistics
{
    /// <summary>Snapshots received.</summary>
    public long Received { get; init; }

    /// <summary>Snapshots that the consumer took.</summary>
    public long Delivered { get; init; }

    /// <summary>Snapshots dropped because the consumer was too slow, or because they arrived too late to be delivered in order. <see cref="SnapshotsDropped"/> reports them.</summary>
    public long Dropped { get; init; }

    /// <summary>Snapshots replaced by a newer one of their contract with <see cref="FeedDelivery.LatestPerContract"/>. No event reports them.</summary>
    public long Replaced { get; init; }

    /// <summary>Messages that were not snapshots. <see cref="FrameRejected"/> reports them; at most 256 of these events, and at most 1 MiB, wait at a time.</summary>
    public long Rejected { get; init; }

    /// <summary>Accepted handshakes, except the first of each connection.</summary>
    public long Reconnects { get; init; }

    /// <summary>Snapshots waiting for the consumer now.</summary>
    public int Waiting { get; init; }

    /// <summary>Uncompressed bytes of all messages received, including rejected ones.</summary>
    public long Bytes { get; init; }

    /// <summary>Calls to an <see cref="IFeedSink"/> that threw an exception. The stream continued.</summary>
    public long SinkFailures { get; init; }

    /// <summary>When the last message was received, UTC; null before the first.</summary>
    public DateTimeOffset? LastReceivedAt { get; init; }

    /// <summary>Why the last attempt to connect or log in failed, or the last connection was lost, in one sentence; null if there was no failure. It stays set after the feed has recovered.</summary>
    public string? LastFailure { get; init; }

    /// <summary>When <see cref="LastFailure"/> happened, UTC; null if there was no failure.</summary>
    public DateTimeOffset? LastFailureAt { get; init; }

    /// <summary>One line with all counts and the last failure.</summary>
    public override string ToString() => LastFailure is null ? Counts : FormattableString.Invariant($"{Counts}; last failure at {LastFailureAt:yyyy-MM-dd HH:mm:ss.fffzzz}: {LastFailure}");

    private string Counts =>
        FormattableString.Invariant($"{Received} received: {Delivered} delivered, {Dropped} dropped, {Replaced} replaced, {Waiting} waiting; {Rejected} rejected, {Reconnects} reconnects, {Bytes} bytes,{(SinkFailures == 0 ? "" : FormattableString.Invariant($" {SinkFailures} sink failures,"))} last at {(LastReceivedAt is { } last ? last.ToString("yyyy-MM-dd HH:mm:ss.fffzzz", CultureInfo.InvariantCulture) : "no time")}");
}
