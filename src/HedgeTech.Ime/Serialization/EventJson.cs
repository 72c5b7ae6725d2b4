using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime.Serialization;

/// <summary>Reads and writes events as JSON, snapshots with the help of <see cref="SnapshotJson"/>.</summary>
internal static class EventJson
{
    private const string Type = "type";

    /// <summary>Reads an event of the expected type or, if that is null, of the type that the JSON names.</summary>
    public static FeedEvent Read(JsonElement json, string? expected) => Checked<FeedEvent>(expected ?? "an event", () =>
    {
        string? type = json.TryGetProperty(Type, out JsonElement named) ? named.GetString() : expected;
        if (expected is not null && type != expected)
        {
            throw new JsonException(PlainText.Of($"An event of the type '{type}' was found where {expected} was expected."));
        }

        return type switch
        {
            nameof(MarketSnapshot) => SnapshotJson.Read(json),
            nameof(FeedConnected) => new FeedConnected { ReceivedAt = ReceivedAt(json), Connection = Connection(json), Contracts = Contracts(json) },
            nameof(FeedInterrupted) => ReadInterrupted(json),
            nameof(FeedResumed) => new FeedResumed
            {
                ReceivedAt = ReceivedAt(json),
                Connection = Connection(json),
                Contracts = Contracts(json),
                Reason = Reason(json),
                Gap = Time(json, "gap"),
                Attempts = json.GetProperty("attempts").GetInt32(),
            },
            nameof(FeedSilent) => new FeedSilent { ReceivedAt = ReceivedAt(json), Connection = Connection(json), Contracts = Contracts(json), Silence = Time(json, "silence") },
            nameof(SnapshotsDropped) => new SnapshotsDropped { ReceivedAt = ReceivedAt(json), Count = json.GetProperty("count").GetInt64() },
            nameof(FrameRejected) => new FrameRejected
            {
                ReceivedAt = ReceivedAt(json),
                Frame = json.GetProperty("frame").GetBytesFromBase64(),
                Reason = json.GetProperty("reason").GetString() ?? throw new JsonException("The reason is null."),
                ByteOffset = json.GetProperty("byteOffset").GetInt64(),
            },
            null => throw new JsonException($"The event has no '{Type}'."),
            _ => throw new JsonException(PlainText.Of($"There is no event of the type '{type}'.")),
        };
    });

    public static void Write(Utf8JsonWriter writer, FeedEvent happened, bool withType)
    {
        writer.WriteStartObject();
        if (withType)
        {
            writer.WriteString(Type, happened.GetType().Name);
        }

        if (happened is MarketSnapshot snapshot)
        {
            SnapshotJson.WriteMembers(writer, snapshot);
        }
        else
        {
            WriteReceivedAt(writer, happened);
            WriteMembers(writer, happened);
        }

        writer.WriteEndObject();
    }

    public static void WriteReceivedAt(Utf8JsonWriter writer, FeedEvent happened)
    {
        if (happened.ReceivedAt != default)
        {
            writer.WriteString("receivedAt", happened.ReceivedAt);
        }
    }

    public static DateTimeOffset ReceivedAt(JsonElement json) => json.TryGetProperty("receivedAt", out JsonElement at) ? at.GetDateTimeOffset() : default;

    /// <summary>Turns every failure to read into a <see cref="JsonException"/>.</summary>
    public static T Checked<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException or OverflowException)
        {
            throw new JsonException(PlainText.Of($"The JSON is not {what}: {failure.Message}")); // without the inner exception, whose message is not cleaned
        }
    }

    private static void WriteMembers(Utf8JsonWriter writer, FeedEvent happened)
    {
        switch (happened)
        {
            case FeedConnected connected:
                WriteConnection(writer, connected.Connection, connected.Contracts);
                break;
            case FeedInterrupted interrupted:
                WriteInterrupted(writer, interrupted);
                break;
            case FeedResumed resumed:
                WriteConnection(writer, resumed.Connection, resumed.Contracts);
                writer.WriteString("reason", resumed.Reason.ToString());
                writer.WriteString("gap", resumed.Gap.ToString("c"));
                writer.WriteNumber("attempts", resumed.Attempts);
                break;
            case FeedSilent silent:
                WriteConnection(writer, silent.Connection, silent.Contracts);
                writer.WriteString("silence", silent.Silence.ToString("c"));
                break;
            case SnapshotsDropped dropped:
                writer.WriteNumber("count", dropped.Count);
                break;
            case FrameRejected rejected:
                writer.WriteString("reason", rejected.Reason);
                writer.WriteNumber("byteOffset", rejected.ByteOffset);
                writer.WriteBase64String("frame", rejected.Frame.Span);
                break;
            default:
                throw new JsonException($"{happened.GetType().Name} cannot be written.");
        }
    }

    private static void WriteInterrupted(Utf8JsonWriter writer, FeedInterrupted interrupted)
    {
        WriteConnection(writer, interrupted.Connection, interrupted.Contracts);
        writer.WriteString("reason", interrupted.Reason.ToString());
        if (interrupted.CloseStatus is { } closeStatus)
        {
            writer.WriteNumber("closeStatus", (int)closeStatus);
        }

        if (interrupted.HttpStatus is { } httpStatus)
        {
            writer.WriteNumber("httpStatus", (int)httpStatus);
        }

        if (interrupted.Description is { } description)
        {
            writer.WriteString("description", description);
        }

        if (interrupted.Exception is { } exception)
        {
            writer.WriteString("exception", exception.Message);
        }
    }

    private static FeedInterrupted ReadInterrupted(JsonElement json) => new()
    {
        ReceivedAt = ReceivedAt(json),
        Connection = Connection(json),
        Contracts = Contracts(json),
        Reason = Reason(json),
        CloseStatus = json.TryGetProperty("closeStatus", out JsonElement close) ? (WebSocketCloseStatus)close.GetInt32() : null,
        HttpStatus = json.TryGetProperty("httpStatus", out JsonElement http) ? (HttpStatusCode)http.GetInt32() : null,
        Description = json.TryGetProperty("description", out JsonElement description) ? description.GetString() : null,
    };

    private static void WriteConnection(Utf8JsonWriter writer, int connection, ContractSet contracts)
    {
        writer.WriteNumber("connection", connection);
        writer.WritePropertyName("contracts");
        ContractJson.Write(writer, contracts);
    }

    private static int Connection(JsonElement json) => json.GetProperty("connection").GetInt32();

    private static ContractSet Contracts(JsonElement json) => ContractJson.ReadSet(json.GetProperty("contracts"));

    private static InterruptionReason Reason(JsonElement json) => Enum.Parse<InterruptionReason>(json.GetProperty("reason").GetString() ?? "");

    private static TimeSpan Time(JsonElement json, string name) => TimeSpan.ParseExact(json.GetProperty(name).GetString() ?? "", "c", null);
}
