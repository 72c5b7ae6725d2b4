using System.Text.Json;

namespace HedgeTech.Ime.Testing.Tests;

/// <summary>Reads messages with System.Text.Json, without any code of this library.</summary>
internal static class Messages
{
    public static JsonElement Aggregate(JsonElement message) => message.GetProperty("data").GetProperty("Aggregate");

    public static long TradeCount(JsonElement message) => Aggregate(message).GetProperty("trade_count").GetInt64();
}
