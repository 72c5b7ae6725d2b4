using System.Text.Json;
using System.Text.Json.Serialization;
using HedgeTech.Ime.Serialization;

namespace HedgeTech.Ime;

/// <summary>Reads and writes events and snapshots with <c>System.Text.Json</c>, as an endpoint wants them. The types name it themselves, so there is nothing to register.</summary>
/// <remarks>
/// The member names are in camel case whatever the options say. Where the declared type is <see cref="FeedEvent"/>, the first member is <c>type</c>, the name of the
/// event's type, by which it is read back. What is read back is equal to what was written, except that an exception is written as its message and comes back as null.
/// Uses no reflection. Thread-safe.
/// </remarks>
/// <typeparam name="TEvent">The event, or <see cref="FeedEvent"/> for any of them.</typeparam>
public sealed class FeedEventJsonConverter<TEvent> : JsonConverter<TEvent>
    where TEvent : FeedEvent
{
    /// <summary>Reads an event.</summary>
    /// <param name="reader">Stands on the first token of the event.</param>
    /// <param name="typeToConvert">The declared type.</param>
    /// <param name="options">Not used.</param>
    /// <exception cref="JsonException">It is not such an event.</exception>
    public override TEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (TEvent)EventJson.Read(JsonElement.ParseValue(ref reader), typeof(TEvent) == typeof(FeedEvent) ? null : typeof(TEvent).Name);

    /// <summary>Writes an event.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The event.</param>
    /// <param name="options">Not used.</param>
    public override void Write(Utf8JsonWriter writer, TEvent value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        EventJson.Write(writer, value, withType: typeof(TEvent) == typeof(FeedEvent));
    }
}
