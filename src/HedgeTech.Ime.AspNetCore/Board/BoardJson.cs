using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using HedgeTech.Ime.Hosting;

namespace HedgeTech.Ime.AspNetCore.Board;

/// <summary>Writes the JSON of the endpoints.</summary>
internal static class BoardJson
{
    /// <summary>The state of one contract.</summary>
    public static byte[] Of(in BoardEntry entry)
    {
        ArrayBufferWriter<byte> output = new(1024);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WritePropertyName("contract"u8);
            JsonSerializer.Serialize(json, entry.Contract, BoardJsonContext.Default.ContractKey);
            WriteCode(json, entry.Contract);
            json.WriteBoolean("isInterrupted"u8, entry.IsInterrupted);
            json.WriteString("jalaliDate"u8, entry.Snapshot.JalaliDate?.ToString());
            json.WritePropertyName("snapshot"u8);
            JsonSerializer.Serialize(json, entry.Snapshot, BoardJsonContext.Default.MarketSnapshot);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>The state of every contract.</summary>
    public static byte[] Of(BoardState state)
    {
        ArrayBufferWriter<byte> output = new(4096);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteString("state"u8, state.Feed.ToString());
            WriteRows(json, state, after: -1);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>An update: the status of the feed, and the contracts that have changed.</summary>
    /// <param name="tick">The tick.</param>
    /// <param name="after">The version that the browser has; -1 if none. The update then has the list of the contracts too.</param>
    /// <param name="contracts">The contracts of the board.</param>
    public static byte[] Of(BoardTick tick, long after, ContractSet contracts)
    {
        ArrayBufferWriter<byte> output = new(4096);
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("status"u8);
            json.WriteString("state"u8, tick.State.Feed.ToString());
            json.WriteString("now"u8, tick.At);
            json.WriteNumber("received"u8, tick.Statistics.Received);
            json.WriteNumber("dropped"u8, tick.Statistics.Dropped);
            json.WriteNumber("rejected"u8, tick.Statistics.Rejected);
            json.WriteNumber("interruptions"u8, tick.Statistics.Interruptions);
            json.WriteNumber("interruptedContracts"u8, tick.Statistics.InterruptedContracts);
            json.WriteNumber("silentContracts"u8, tick.Statistics.SilentContracts);
            json.WriteEndObject();
            if (after < 0)
            {
                json.WriteStartArray("contracts"u8);
                foreach (ContractKey contract in contracts.Order(ContractCode.KeyOrder))
                {
                    JsonSerializer.Serialize(json, contract, BoardJsonContext.Default.ContractKey);
                }

                json.WriteEndArray();
            }

            WriteRows(json, tick.State, after);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteRows(Utf8JsonWriter json, BoardState state, long after)
    {
        json.WriteStartArray("rows"u8);
        foreach (BoardRow row in state.Rows)
        {
            if (row.Version > after)
            {
                json.WriteRawValue(row.Json, skipInputValidation: true);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteCode(Utf8JsonWriter json, ContractKey contract)
    {
        if (!ContractCode.TryParse(contract, out ContractCode? code))
        {
            json.WriteNull("code"u8);
            return;
        }

        json.WriteStartObject("code"u8);
        json.WriteString("commodity"u8, code.Commodity);
        json.WriteString("kind"u8, code.Kind.ToString());
        json.WriteString("delivery"u8, code.Delivery.ToString());
        if (code.Strike is { } strike)
        {
            json.WriteNumber("strike"u8, strike);
        }
        else
        {
            json.WriteNull("strike"u8);
        }

        json.WriteEndObject();
    }
}

/// <summary>The types that are written by their own converters, without reflection.</summary>
[JsonSerializable(typeof(MarketSnapshot))]
[JsonSerializable(typeof(ContractKey))]
internal sealed partial class BoardJsonContext : JsonSerializerContext;
