using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Testing.Wire;

/// <summary>Writes any state of a contract as a message, in the same form as <see cref="MessageWriter"/>, which writes the market's messages.</summary>
internal static class SnapshotWriter
{
    private const string Null = "null";

    /// <param name="snapshot">The content of the message.</param>
    /// <param name="member">The member for the identifier.</param>
    /// <param name="identifier">The contract as the connection requested it.</param>
    /// <param name="now">The time in Tehran, for a snapshot without a timestamp.</param>
    /// <param name="dialect">The kind of JSON.</param>
    public static byte[] Write(MarketSnapshot snapshot, string member, string identifier, DateTime now, JsonDialect dialect)
    {
        Aggregate day = snapshot.Aggregate;
        BestLimit book = snapshot.BestLimit;
        DateTime at = snapshot.Timestamp == default ? now : snapshot.Timestamp.DateTime;
        return Encoding.UTF8.GetBytes(Object(
            ("channel", Text(snapshot.Channel)),
            (member, Text(identifier)),
            ("timestamp", Unless(SnapshotFields.Timestamp, Text(at.ToString(at.Ticks % TimeSpan.TicksPerSecond < TimeSpan.TicksPerMicrosecond ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture)))),
            ("data", Object(
                ("BestLimit", Object(
                    ("1", Level(book.Level1, SnapshotFields.BidQuantity1, SnapshotFields.BidPrice1, SnapshotFields.AskQuantity1, SnapshotFields.AskPrice1)),
                    ("2", Level(book.Level2, SnapshotFields.BidQuantity2, SnapshotFields.BidPrice2, SnapshotFields.AskQuantity2, SnapshotFields.AskPrice2)),
                    ("3", Level(book.Level3, SnapshotFields.BidQuantity3, SnapshotFields.BidPrice3, SnapshotFields.AskQuantity3, SnapshotFields.AskPrice3)))),
                ("Aggregate", Object(
                    ("date", Unless(SnapshotFields.Date, Text(day.Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? ""))),
                    ("time", Unless(SnapshotFields.Time, Text(day.Time?.ToString("HH:mm:ss", CultureInfo.InvariantCulture) ?? ""))),
                    ("trade_count", Whole(day.TradeCount, SnapshotFields.TradeCount)),
                    ("total_volume", Whole(day.TotalVolume, SnapshotFields.TotalVolume)),
                    ("total_value", Whole(day.TotalValue, SnapshotFields.TotalValue)),
                    ("closing_price", Float(day.ClosingPrice, SnapshotFields.ClosingPrice)),
                    ("last_price", Float(day.LastPrice, SnapshotFields.LastPrice)),
                    ("low_price", Float(day.LowPrice, SnapshotFields.LowPrice)),
                    ("high_price", Float(day.HighPrice, SnapshotFields.HighPrice)),
                    ("open_price", Float(day.OpenPrice, SnapshotFields.OpenPrice)),
                    ("previous_close", Float(day.PreviousClose, SnapshotFields.PreviousClose)))),
                ("AllowedPriceRange", Object(
                    ("minAllowedPrice", Float(snapshot.AllowedPriceRange.Minimum, SnapshotFields.MinAllowedPrice)),
                    ("maxAllowedPrice", Float(snapshot.AllowedPriceRange.Maximum, SnapshotFields.MaxAllowedPrice)))),
                ("ContractInfo", Object(
                    ("open_interest", Whole(snapshot.ContractInfo.OpenInterest, SnapshotFields.OpenInterest)),
                    ("open_interest_changes", Whole(snapshot.ContractInfo.OpenInterestChange, SnapshotFields.OpenInterestChange))))))));

        string Level(BestLimitLevel level, SnapshotFields bidQuantity, SnapshotFields bidPrice, SnapshotFields askQuantity, SnapshotFields askPrice) => Object(
            ("buy_quantity", Whole(level.BidQuantity, bidQuantity)),
            ("buy_price", Unless(bidPrice, level.BidPrice.ToString(CultureInfo.InvariantCulture))),
            ("sell_quantity", Whole(level.AskQuantity, askQuantity)),
            ("sell_price", Unless(askPrice, level.AskPrice.ToString(CultureInfo.InvariantCulture))));

        string Unless(SnapshotFields field, string value) => (snapshot.Unavailable & field) != 0 ? Null : value;

        string Whole(long value, SnapshotFields field) => Unless(field, value.ToString(CultureInfo.InvariantCulture));

        string Float(decimal value, SnapshotFields field)
        {
            string text = value.ToString(CultureInfo.InvariantCulture);
            return Unless(field, text.Contains('.', StringComparison.Ordinal) ? text : text + ".0");
        }

        string Text(string value) => JsonText.Quote(value, dialect);

        string Object(params ReadOnlySpan<(string Name, string Value)> members)
        {
            (string comma, string colon) = dialect == JsonDialect.Python ? (", ", ": ") : (",", ":");
            StringBuilder text = new("{");
            foreach ((string name, string value) in members)
            {
                text.Append(text.Length > 1 ? comma : "").Append(Text(name)).Append(colon).Append(value);
            }

            return text.Append('}').ToString();
        }
    }
}
