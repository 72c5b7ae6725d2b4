using System.Buffers;
using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.AspNetCore.Board;

/// <summary>The board as a table that Excel opens: UTF-8 with a byte-order mark, commas, and texts that Excel does not take for formulas.</summary>
internal static class BoardTable
{
    private const string Header =
        "contract,id,commodity,kind,delivery,strike,date,jalali_date,time,last_price,change,change_percent,bid_price,bid_quantity,ask_price,ask_quantity,"
        + "open,high,low,closing_price,previous_close,minimum,maximum,trades,volume,value,open_interest,open_interest_change,is_interrupted";

    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",;\r\n\t");

    public static byte[] Of(BoardState state)
    {
        StringBuilder table = new StringBuilder("\ufeff").Append(Header).Append("\r\n");
        foreach (BoardRow row in state.Rows)
        {
            Append(table, row);
        }

        return Encoding.UTF8.GetBytes(table.ToString());
    }

    /// <summary>Returns a text as a cell. A text that begins like a formula, or with an apostrophe, gets an apostrophe before it, so that no name from the network can compute, open or send anything.</summary>
    public static string Text(string text)
    {
        string safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\'' or '\t' or '\r' or '\n' ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny(Quoted) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static void Append(StringBuilder table, BoardRow row)
    {
        MarketSnapshot snapshot = row.Snapshot;
        Aggregate day = snapshot.Aggregate;
        BestLimitLevel best = snapshot.BestLimit.Level1;
        _ = ContractCode.TryParse(row.Contract, out ContractCode? code); // null for other contracts
        bool isName = row.Contract.Kind == ContractKeyKind.Name;
        string?[] cells =
        [
            isName ? Text(row.Contract.Value) : "",
            isName ? "" : Text(row.Contract.Value),
            code?.Commodity,
            code?.Kind.ToString().ToLowerInvariant(),
            code?.Delivery.ToString(),
            Number(code?.Strike),
            snapshot.TehranTime?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            snapshot.JalaliDate?.ToString(),
            snapshot.TehranTime?.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            Number(snapshot.LastPrice),
            Number(snapshot.ChangeFromPreviousClose),
            Percent(snapshot.ChangeFromPreviousClose, day.PreviousClose),
            Number(snapshot.BestBid),
            Known(best.BidQuantity, SnapshotFields.BidQuantity1),
            Number(snapshot.BestAsk),
            Known(best.AskQuantity, SnapshotFields.AskQuantity1),
            Known(day.OpenPrice, SnapshotFields.OpenPrice),
            Known(day.HighPrice, SnapshotFields.HighPrice),
            Known(day.LowPrice, SnapshotFields.LowPrice),
            Known(day.ClosingPrice, SnapshotFields.ClosingPrice),
            Known(day.PreviousClose, SnapshotFields.PreviousClose),
            Known(snapshot.AllowedPriceRange.Minimum, SnapshotFields.MinAllowedPrice),
            Known(snapshot.AllowedPriceRange.Maximum, SnapshotFields.MaxAllowedPrice),
            Known(day.TradeCount, SnapshotFields.TradeCount),
            Known(day.TotalVolume, SnapshotFields.TotalVolume),
            Known(day.TotalValue, SnapshotFields.TotalValue),
            Known(snapshot.ContractInfo.OpenInterest, SnapshotFields.OpenInterest),
            Known(snapshot.ContractInfo.OpenInterestChange, SnapshotFields.OpenInterestChange),
            row.IsInterrupted ? "true" : "false",
        ];
        table.AppendJoin(',', cells).Append("\r\n");

        string? Known(decimal value, SnapshotFields field) => (snapshot.Unavailable & field) == 0 ? Number(value) : null;
    }

    private static string? Number(decimal? value) => value?.ToString("0.############################", CultureInfo.InvariantCulture);

    // In double, because the quotient of odd prices may not fit a decimal.
    private static string? Percent(decimal? part, decimal whole) =>
        part is { } given && whole != 0 ? (100 * (double)given / (double)whole).ToString("0.##", CultureInfo.InvariantCulture) : null;
}
