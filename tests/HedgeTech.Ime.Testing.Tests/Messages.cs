using System.Text.Json;

namespace HedgeTech.Ime.Testing.Tests;

/// <summary>What a message says, read by the platform's JSON and nothing of ours.</summary>
internal static class Messages
{
    public static JsonElement Aggregate(JsonElement message) => message.GetProperty("data").GetProperty("Aggregate");

    public static long TradeCount(JsonElement message) => Aggregate(message).GetProperty("trade_count").GetInt64();
}
