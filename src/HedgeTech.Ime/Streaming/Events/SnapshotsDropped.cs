using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>The consumer was too slow: snapshots were removed before it could take them. Comes just before the next event that is delivered.</summary>
[JsonConverter(typeof(FeedEventJsonConverter<SnapshotsDropped>))]
public sealed record SnapshotsDropped : FeedEvent
{
    /// <summary>How many, exactly, since the last such event.</summary>
    public long Count { get; init; }

    /// <summary>One line: how many.</summary>
    public override string ToString() => FormattableString.Invariant($"{Count} snapshots dropped: the consumer is too slow");
}
