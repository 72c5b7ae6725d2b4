using System.Buffers;
using System.Text.Json;
using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>Writes events as JSON for the log, and reads them.</summary>
internal static class RelayEvents
{
    private static readonly FeedEventJsonConverter<FeedEvent> Converter = new();
    private static readonly JsonSerializerOptions Unused = new();

    public static OutItem Write(FeedEvent feedEvent)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            Converter.Write(writer, feedEvent, Unused);
        }

        EventCode code = feedEvent switch { FeedInterrupted => EventCode.Interrupted, FeedResumed => EventCode.Resumed, _ => EventCode.Other };
        return OutItem.Event(code, feedEvent.ReceivedAt.UtcTicks, buffer.WrittenMemory.ToArray());
    }

    /// <summary>Reads an event; null if a later version wrote one that this version does not know.</summary>
    public static FeedEvent? Read(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        try
        {
            return reader.Read() ? Converter.Read(ref reader, typeof(FeedEvent), Unused) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
