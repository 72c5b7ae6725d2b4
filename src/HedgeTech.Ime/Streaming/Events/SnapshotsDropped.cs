using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>
/// Snapshots were dropped: the consumer was too slow, or they arrived too late to be delivered in order while a connection was being replaced. From a recording or a relay:
/// snapshots that it has lost. This event is delivered just before the next one.
/// </summary>
[JsonConverter(typeof(FeedEventJsonConverter<SnapshotsDropped>))]
public sealed record SnapshotsDropped : FeedEvent
{
    /// <summary>The exact number of snapshots dropped since the last such event.</summary>
    public long Count { get; init; }

    /// <summary>One line: the number.</summary>
    public override string ToString() => FormattableString.Invariant($"{Count} {(Count == 1 ? "snapshot" : "snapshots")} dropped");
}
