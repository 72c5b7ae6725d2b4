namespace HedgeTech.Ime.Recording.Export;

/// <summary>A row for each snapshot, with the names of the wire. What is unavailable is null.</summary>
internal sealed class SnapshotRows() : RowShape<MarketSnapshot>(
[
    new("contract", ExportType.Text, IsNullable: false),
    new("received_at", ExportType.Moment, IsNullable: false),
    new("timestamp", ExportType.Moment),
    new("jalali_date", ExportType.Text),
    new("buy_quantity_1", ExportType.Whole),
    new("buy_price_1", ExportType.Price),
    new("sell_quantity_1", ExportType.Whole),
    new("sell_price_1", ExportType.Price),
    new("buy_quantity_2", ExportType.Whole),
    new("buy_price_2", ExportType.Price),
    new("sell_quantity_2", ExportType.Whole),
    new("sell_price_2", ExportType.Price),
    new("buy_quantity_3", ExportType.Whole),
    new("buy_price_3", ExportType.Price),
    new("sell_quantity_3", ExportType.Whole),
    new("sell_price_3", ExportType.Price),
    new("date", ExportType.Date),
    new("time", ExportType.Time),
    new("trade_count", ExportType.Whole, Course: ExportCourse.Grows),
    new("total_volume", ExportType.Whole, Course: ExportCourse.Grows),
    new("total_value", ExportType.Whole),
    new("closing_price", ExportType.Price, Course: ExportCourse.Scatters),
    new("last_price", ExportType.Price),
    new("low_price", ExportType.Price),
    new("high_price", ExportType.Price),
    new("open_price", ExportType.Price),
    new("previous_close", ExportType.Price),
    new("minAllowedPrice", ExportType.Price),
    new("maxAllowedPrice", ExportType.Price),
    new("open_interest", ExportType.Whole),
    new("open_interest_changes", ExportType.Whole),
],
"snapshots")
{
    private const int FlagsOfLevel = 4; // the flags of each level follow those of the level before
    private readonly Dictionary<ContractKey, string> _names = [];

    public override void Write(MarketSnapshot row, ICells cells)
    {
        SnapshotFields lacks = row.Unavailable;
        DateTimeOffset? timestamp = Has(SnapshotFields.Timestamp) ? row.Timestamp : null;
        cells.Text(Name(row.Contract));
        cells.Moment(row.ReceivedAt);
        cells.Moment(timestamp);
        cells.Text(Jalali(timestamp));
        for (int level = 1; level <= 3; level++)
        {
            BestLimitLevel book = row.BestLimit[level];
            int shift = FlagsOfLevel * (level - 1);
            cells.Whole(HasOf(SnapshotFields.BidQuantity1, shift) ? book.BidQuantity : null);
            cells.Price(HasOf(SnapshotFields.BidPrice1, shift) ? book.BidPrice : null);
            cells.Whole(HasOf(SnapshotFields.AskQuantity1, shift) ? book.AskQuantity : null);
            cells.Price(HasOf(SnapshotFields.AskPrice1, shift) ? book.AskPrice : null);
        }

        Aggregate day = row.Aggregate;
        cells.Date(Has(SnapshotFields.Date) ? day.Date : null);
        cells.Time(Has(SnapshotFields.Time) ? day.Time : null);
        cells.Whole(Has(SnapshotFields.TradeCount) ? day.TradeCount : null);
        cells.Whole(Has(SnapshotFields.TotalVolume) ? day.TotalVolume : null);
        cells.Whole(Has(SnapshotFields.TotalValue) ? day.TotalValue : null);
        cells.Price(Has(SnapshotFields.ClosingPrice) ? day.ClosingPrice : null);
        cells.Price(Has(SnapshotFields.LastPrice) ? day.LastPrice : null);
        cells.Price(Has(SnapshotFields.LowPrice) ? day.LowPrice : null);
        cells.Price(Has(SnapshotFields.HighPrice) ? day.HighPrice : null);
        cells.Price(Has(SnapshotFields.OpenPrice) ? day.OpenPrice : null);
        cells.Price(Has(SnapshotFields.PreviousClose) ? day.PreviousClose : null);
        cells.Price(Has(SnapshotFields.MinAllowedPrice) ? row.AllowedPriceRange.Minimum : null);
        cells.Price(Has(SnapshotFields.MaxAllowedPrice) ? row.AllowedPriceRange.Maximum : null);
        cells.Whole(Has(SnapshotFields.OpenInterest) ? row.ContractInfo.OpenInterest : null);
        cells.Whole(Has(SnapshotFields.OpenInterestChange) ? row.ContractInfo.OpenInterestChange : null);

        bool Has(SnapshotFields field) => (lacks & field) == 0;

        bool HasOf(SnapshotFields field, int shift) => ((uint)lacks & ((uint)field << shift)) == 0;
    }

    public override (DateTimeOffset From, DateTimeOffset To) Span(MarketSnapshot row) => (row.ReceivedAt, row.ReceivedAt);

    private string Name(ContractKey contract)
    {
        if (!_names.TryGetValue(contract, out string? name))
        {
            _names.Add(contract, name = contract.ToString());
        }

        return name;
    }
}
