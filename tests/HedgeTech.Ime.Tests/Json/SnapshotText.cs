using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Tests.Json;

/// <summary>Writes a snapshot, or the reason of a rejection, in the form of the files beside the wire data. Decimals show their scale.</summary>
internal static class SnapshotText
{
    internal static string OfMessage(ReadOnlySpan<byte> message) =>
        MarketSnapshotSerializer.TryDeserialize(message, out MarketSnapshot? snapshot, out ImeFormatException? error)
            ? Of(snapshot)
            : $"rejected at byte {error.ByteOffset}: {error.Reason}\n";

    internal static string Of(MarketSnapshot snapshot)
    {
        StringBuilder text = new();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        Aggregate aggregate = snapshot.Aggregate;
        Line($"contract: {(snapshot.Contract.Kind == ContractKeyKind.Name ? "name" : "id")} {snapshot.Contract.Value}");
        Line($"timestamp: {snapshot.Timestamp:yyyy-MM-ddTHH:mm:ss.fffffffzzz}");
        for (int level = 1; level <= 3; level++)
        {
            BestLimitLevel limit = snapshot.BestLimit[level];
            Line($"level {level}: {limit.BidQuantity} @ {limit.BidPrice} | {limit.AskQuantity} @ {limit.AskPrice}");
        }

        Line($"date: {aggregate.Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "none"}");
        Line($"time: {aggregate.Time?.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture) ?? "none"}");
        Line($"trade count: {aggregate.TradeCount}");
        Line($"total volume: {aggregate.TotalVolume}");
        Line($"total value: {aggregate.TotalValue}");
        Line($"closing price: {aggregate.ClosingPrice}");
        Line($"last price: {aggregate.LastPrice}");
        Line($"low price: {aggregate.LowPrice}");
        Line($"high price: {aggregate.HighPrice}");
        Line($"open price: {aggregate.OpenPrice}");
        Line($"previous close: {aggregate.PreviousClose}");
        Line($"allowed: {snapshot.AllowedPriceRange.Minimum} to {snapshot.AllowedPriceRange.Maximum}");
        Line($"open interest: {snapshot.ContractInfo.OpenInterest}, change {snapshot.ContractInfo.OpenInterestChange}");
        Line($"unavailable: {snapshot.Unavailable}");
        return text.ToString();
    }
}
