using System.Globalization;

namespace HedgeTech.Ime.Recording.Tests.Export;

/// <summary>Computes the value of a snapshot in each column of an export, or null if it is unavailable. Shares no code with the exporter.</summary>
internal static class ExpectedCells
{
    private static readonly PersianCalendar Jalali = new();

    public static readonly string[] Names =
    [
        "contract", "received_at", "timestamp", "jalali_date",
        "buy_quantity_1", "buy_price_1", "sell_quantity_1", "sell_price_1",
        "buy_quantity_2", "buy_price_2", "sell_quantity_2", "sell_price_2",
        "buy_quantity_3", "buy_price_3", "sell_quantity_3", "sell_price_3",
        "date", "time", "trade_count", "total_volume", "total_value", "closing_price", "last_price", "low_price", "high_price", "open_price", "previous_close",
        "minAllowedPrice", "maxAllowedPrice", "open_interest", "open_interest_changes",
    ];

    public static object?[] Of(MarketSnapshot snapshot)
    {
        DateTime tehran = snapshot.Timestamp.UtcDateTime + new TimeSpan(3, 30, 0);
        string jalali = FormattableString.Invariant($"{Jalali.GetYear(tehran)}-{Jalali.GetMonth(tehran):00}-{Jalali.GetDayOfMonth(tehran):00}");
        (BestLimitLevel one, BestLimitLevel two, BestLimitLevel three) = (snapshot.BestLimit.Level1, snapshot.BestLimit.Level2, snapshot.BestLimit.Level3);
        return
        [
            snapshot.Contract.Kind == ContractKeyKind.Id ? $"id:{snapshot.Contract.Value}" : snapshot.Contract.Value,
            snapshot.ReceivedAt,
            Unless(SnapshotFields.Timestamp, snapshot.Timestamp),
            Unless(SnapshotFields.Timestamp, jalali),
            Unless(SnapshotFields.BidQuantity1, one.BidQuantity),
            Unless(SnapshotFields.BidPrice1, one.BidPrice),
            Unless(SnapshotFields.AskQuantity1, one.AskQuantity),
            Unless(SnapshotFields.AskPrice1, one.AskPrice),
            Unless(SnapshotFields.BidQuantity2, two.BidQuantity),
            Unless(SnapshotFields.BidPrice2, two.BidPrice),
            Unless(SnapshotFields.AskQuantity2, two.AskQuantity),
            Unless(SnapshotFields.AskPrice2, two.AskPrice),
            Unless(SnapshotFields.BidQuantity3, three.BidQuantity),
            Unless(SnapshotFields.BidPrice3, three.BidPrice),
            Unless(SnapshotFields.AskQuantity3, three.AskQuantity),
            Unless(SnapshotFields.AskPrice3, three.AskPrice),
            Unless(SnapshotFields.Date, snapshot.Aggregate.Date),
            Unless(SnapshotFields.Time, snapshot.Aggregate.Time),
            Unless(SnapshotFields.TradeCount, snapshot.Aggregate.TradeCount),
            Unless(SnapshotFields.TotalVolume, snapshot.Aggregate.TotalVolume),
            Unless(SnapshotFields.TotalValue, snapshot.Aggregate.TotalValue),
            Unless(SnapshotFields.ClosingPrice, snapshot.Aggregate.ClosingPrice),
            Unless(SnapshotFields.LastPrice, snapshot.Aggregate.LastPrice),
            Unless(SnapshotFields.LowPrice, snapshot.Aggregate.LowPrice),
            Unless(SnapshotFields.HighPrice, snapshot.Aggregate.HighPrice),
            Unless(SnapshotFields.OpenPrice, snapshot.Aggregate.OpenPrice),
            Unless(SnapshotFields.PreviousClose, snapshot.Aggregate.PreviousClose),
            Unless(SnapshotFields.MinAllowedPrice, snapshot.AllowedPriceRange.Minimum),
            Unless(SnapshotFields.MaxAllowedPrice, snapshot.AllowedPriceRange.Maximum),
            Unless(SnapshotFields.OpenInterest, snapshot.ContractInfo.OpenInterest),
            Unless(SnapshotFields.OpenInterestChange, snapshot.ContractInfo.OpenInterestChange),
        ];

        object? Unless(SnapshotFields field, object? value) => (snapshot.Unavailable & field) != 0 ? null : value;
    }

    /// <summary>Returns a moment with the precision of other programs, which is a microsecond.</summary>
    public static DateTimeOffset Microseconds(DateTimeOffset moment) => new(moment.UtcTicks / 10 * 10, TimeSpan.Zero);
}
