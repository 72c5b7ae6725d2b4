using System.Text.Json;
using System.Text.Json.Serialization;
using HedgeTech.Ime.Serialization;

namespace HedgeTech.Ime;

/// <summary>Reads and writes events and snapshots with <c>System.Text.Json</c>, in a form that suits an endpoint. The types have this converter as an attribute, so you need not register it.</summary>
/// <remarks>
/// Member names are always in camel case, regardless of the options. If the declared type is <see cref="FeedEvent"/>, the first member is <c>type</c>, the name
/// of the event's type, which the converter needs to read the event. An event that was written and read is equal to the original, except that an exception is
/// written as its message and read as null. Does not use reflection. Thread-safe.
/// </remarks>
/// <typeparam name="TEvent">The type of the event, or <see cref="FeedEvent"/> for any event.</typeparam>
public sealed class FeedEventJsonConverter<TEvent> : JsonConverter<TEvent>
    where TEvent : FeedEvent
{
    /// <summary>Reads an event.</summary>
    /// <param name="reader">The reader, at the first token of the event.</param>
    /// <param name="typeToConvert">The declared type.</param>
    /// <param name="options">Not used.</param>
    /// <exception cref="JsonException">The JSON is not an event of this type.</exception>
    public override TEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (TEvent)EventJson.Read(JsonElement.ParseValue(ref reader), typeof(TEvent) == typeof(FeedEvent) ? null : typeof(TEvent).Name);

    /// <summary>Writes an event.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The event.</param>
    /// <param name="options">Not used.</param>
    public override void Write(Utf8JsonWriter writer, TEvent value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        EventJson.Write(writer, value, withType: typeof(TEvent) == typeof(FeedEvent));
    }
}
