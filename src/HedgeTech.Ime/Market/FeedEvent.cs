using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>Something that a feed tells its consumer: a <see cref="MarketSnapshot"/>, or what happened to the stream between two of them.</summary>
/// <remarks>A closed set: every kind is a sealed record of this library, so a <c>switch</c> over them can be complete. Immutable and thread-safe.</remarks>
[JsonConverter(typeof(FeedEventJsonConverter<FeedEvent>))]
public abstract record FeedEvent
{
    private protected FeedEvent()
    {
    }

    /// <summary>When the client received or noticed it: UTC, by the client's <see cref="TimeProvider"/>. Default for a snapshot read without a feed.</summary>
    public DateTimeOffset ReceivedAt { get; init; }
}
