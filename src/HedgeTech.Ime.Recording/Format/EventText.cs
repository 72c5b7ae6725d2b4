using System.Text.Json;
using System.Text.Json.Serialization;

namespace HedgeTech.Ime.Recording.Format;

/// <summary>Events as JSON, in the form that the core documents.</summary>
internal static class EventText
{
    public static byte[] Write(FeedEvent feedEvent) => JsonSerializer.SerializeToUtf8Bytes(feedEvent, EventContext.Default.FeedEvent);

    /// <summary>Reads an event; null if it is of a kind that this version does not know.</summary>
    public static FeedEvent? Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, EventContext.Default.FeedEvent);
        }
        catch (JsonException)
        {
            return null; // the checksum holds, so a newer version wrote it
        }
    }
}

[JsonSerializable(typeof(FeedEvent))]
internal sealed partial class EventContext : JsonSerializerContext;
