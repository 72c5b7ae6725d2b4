using System.Buffers;
using System.Text.Json;

namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>Writes events as JSON for the log, and reads them.</summary>
internal static class RelayEvents
{
    private static readonly FeedEventJsonConverter<FeedEvent> Converter = new();
    private static readonly JsonSerializerOptions Unused = new();

    public static LogItem Write(FeedEvent feedEvent)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            Converter.Write(writer, feedEvent, Unused);
        }

        EventCode code = feedEvent switch { FeedInterrupted => EventCode.Interrupted, FeedResumed => EventCode.Resumed, _ => EventCode.Other };
        return new LogItem(true, (ushort)code, feedEvent.ReceivedAt.UtcTicks, buffer.WrittenMemory.ToArray());
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

    /// <summary>The end of an interruption.</summary>
    /// <param name="interrupted">The interruption.</param>
    /// <param name="at">When it ended.</param>
    public static LogItem End(FeedInterrupted interrupted, DateTimeOffset at) => Write(new FeedResumed
    {
        Connection = interrupted.Connection,
        Contracts = interrupted.Contracts,
        Reason = interrupted.Reason,
        Gap = at > interrupted.ReceivedAt ? at - interrupted.ReceivedAt : TimeSpan.Zero,
        ReceivedAt = at,
    });

    /// <summary>The end of an interruption again, for readers that may know only an earlier one: its gap then begins with that.</summary>
    /// <param name="end">The end.</param>
    /// <param name="interrupted">The interruption that the readers know.</param>
    public static LogItem Restate(LogItem end, FeedInterrupted interrupted) =>
        Read(end.Bytes.Span) is FeedResumed resumed && resumed.ReceivedAt - interrupted.ReceivedAt is var gap && gap > resumed.Gap ? Write(resumed with { Gap = gap }) : end;
}
