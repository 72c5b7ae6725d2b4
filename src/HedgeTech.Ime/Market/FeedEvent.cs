using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>Something that a feed delivers: a <see cref="MarketSnapshot"/>, or an event of the stream, such as an outage.</summary>
/// <remarks>A closed set: every kind is a sealed record of this library, so a <c>switch</c> can cover all of them. Immutable and thread-safe.</remarks>
[JsonConverter(typeof(FeedEventJsonConverter<FeedEvent>))]
public abstract record FeedEvent
{
    private protected FeedEvent()
    {
    }

    /// <summary>When the client received the message or noticed the event: UTC, by the client's <see cref="TimeProvider"/>. The default value for a snapshot that was read without a feed.</summary>
    public DateTimeOffset ReceivedAt { get; init; }
}
