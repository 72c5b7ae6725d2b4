namespace HedgeTech.Ime.Recording.Export;

/// <summary>A row for each bar.</summary>
internal sealed class BarRows() : RowShape<Bar>(
[
    new("contract", ExportType.Text, IsNullable: false),
    new("start", ExportType.Moment, IsNullable: false),
    new("end", ExportType.Moment, IsNullable: false),
    new("jalali_date", ExportType.Text),
    new("open", ExportType.Price),
    new("high", ExportType.Price),
    new("low", ExportType.Price),
    new("close", ExportType.Price),
    new("volume", ExportType.Whole),
    new("value", ExportType.Whole),
    new("trade_count", ExportType.Whole),
    new("unseen_trades", ExportType.Whole),
    new("late_snapshots", ExportType.Whole),
    new("is_complete", ExportType.Flag, IsNullable: false),
],
"bars")
{
    public override void Write(Bar row, ICells cells)
    {
        cells.Text(row.Contract.ToString());
        cells.Moment(row.Start);
        cells.Moment(row.End);
        cells.Text(Jalali(row.Start));
        cells.Price(row.Open);
        cells.Price(row.High);
        cells.Price(row.Low);
        cells.Price(row.Close);
        cells.Whole(row.Volume);
        cells.Whole(row.Value);
        cells.Whole(row.TradeCount);
        cells.Whole(row.UnseenTrades);
        cells.Whole(row.LateSnapshots);
        cells.Flag(row.IsComplete);
    }

    public override (DateTimeOffset From, DateTimeOffset To) Span(Bar row) => (row.Start, row.End);
}
