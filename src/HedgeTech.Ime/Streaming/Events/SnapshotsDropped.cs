using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>The consumer was too slow, so snapshots were removed before it could take them. This event is delivered just before the next one.</summary>
[JsonConverter(typeof(FeedEventJsonConverter<SnapshotsDropped>))]
public sealed record SnapshotsDropped : FeedEvent
{
    /// <summary>The exact number of snapshots removed since the last such event.</summary>
    public long Count { get; init; }

    /// <summary>One line: the number.</summary>
    public override string ToString() => FormattableString.Invariant($"{Count} {(Count == 1 ? "snapshot" : "snapshots")} dropped: the consumer is too slow");
}
