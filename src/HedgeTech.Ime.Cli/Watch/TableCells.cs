using HedgeTech.Ime.Cli.Terminal;
using Spectre.Console;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The content of each column for a quote.</summary>
internal static class TableCells
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Old = TimeSpan.FromSeconds(60);

    public static string Title(Column column, int width) => column switch
    {
        Column.Contract => CellText.Left(" contract", width),
        Column.Trend => CellText.Left("trend", width),
        Column.Depth => CellText.Left("bid│ask", width),
        Column.Range => CellText.Left(width >= 11 ? "min     max" : "range", width),
        Column.OpenInterest => CellText.Right("oi", width),
        Column.Percent => CellText.Right("chg %", width),
        Column.Curve => CellText.Right(width >= 14 ? "to front month" : "to front", width),
        _ => CellText.Right(column.ToString().ToLowerInvariant(), width),
    };

    /// <summary>Returns the parts of a cell, which together have the width of the column.</summary>
    public static IEnumerable<(string Text, Style Style)> Of(Column column, Quote quote, int width, bool isSelected, NameForm names, DateTimeOffset now)
    {
        if (column == Column.Contract)
        {
            // The mark and the name are one span, because a terminal keeps direction marks with the character before them.
            return [((isSelected ? "▸" : " ") + CellText.Name(quote.Contract.Value, width - 1, names), isSelected ? Palette.Title : Palette.Plain)];
        }

        if (quote.Snapshot is not { } snapshot)
        {
            return [(column == Column.Age ? CellText.Right(Numbers.Nothing, width) : new string(' ', width), Palette.Quiet)];
        }

        return column switch
        {
            Column.Last => [(Price(snapshot.LastPrice, width), LastStyle(quote, now))],
            Column.Change => [(CellText.Right(Numbers.Change(snapshot.ChangeFromPreviousClose), width), Palette.Signed(quote.Percent))],
            Column.Percent => [(CellText.Right(Numbers.Percent(quote.Percent), width), Palette.Signed(quote.Percent))],
            Column.Trend => [(Drawings.Sparkline(quote.Trend.Prices, width), Palette.Signed(quote.Percent))],
            Column.Bid => [(Price(snapshot.BestBid, width), Palette.Plain)],
            Column.Ask => [(Price(snapshot.BestAsk, width), Palette.Plain)],
            Column.Spread => [(Price(snapshot.Spread, width), Palette.Plain)],
            Column.Depth => Depth(snapshot.BestLimit),
            Column.Volume => [(Quantity(snapshot.Aggregate.TotalVolume, snapshot, SnapshotFields.TotalVolume, width), Palette.Plain)],
            Column.OpenInterest => [(Quantity(snapshot.ContractInfo.OpenInterest, snapshot, SnapshotFields.OpenInterest, width), Palette.Plain)],
            Column.Range => [Range(snapshot, width)],
            _ => [Age(now - snapshot.ReceivedAt, width)],
        };
    }

    /// <summary>Returns the position of the last price between the limits of the day, in a warning color near a limit.</summary>
    public static (string Text, Style Style) Range(MarketSnapshot snapshot, int width)
    {
        const SnapshotFields Limits = SnapshotFields.MinAllowedPrice | SnapshotFields.MaxAllowedPrice;
        AllowedPriceRange range = snapshot.AllowedPriceRange;
        if (snapshot.LastPrice is not { } price || (snapshot.Unavailable & Limits) != 0 || range.Maximum <= range.Minimum)
        {
            return (new string(' ', width), Palette.Quiet);
        }

        double share = ((double)price - (double)range.Minimum) / ((double)range.Maximum - (double)range.Minimum);
        Style style = share switch
        {
            < 0 or > 1 => Palette.Alarm,
            < 0.1 or > 0.9 => Palette.Warning,
            _ => Palette.Quiet,
        };
        return (Drawings.Place(price, range.Minimum, range.Maximum, width), style);
    }

    // The best level is next to the line in the middle.
    private static (string, Style)[] Depth(BestLimit book)
    {
        long greatest = book.Max(static level => Math.Max(level.BidQuantity, level.AskQuantity));
        string bids = string.Concat(book.Reverse().Select(level => Drawings.Height(level.BidQuantity, greatest)));
        string asks = string.Concat(book.Select(level => Drawings.Height(level.AskQuantity, greatest)));
        return [(bids, Palette.Rise), ("│", Palette.Quiet), (asks, Palette.Fall)];
    }

    private static (string, Style) Age(TimeSpan age, int width) => (CellText.Right(Numbers.Age(age), width), age < Old ? Palette.Quiet : Palette.Warning);

    private static Style LastStyle(Quote quote, DateTimeOffset now) => quote.Direction switch
    {
        0 => Palette.Strong,
        > 0 => now - quote.MovedAt < Fresh ? Palette.Risen : Palette.Strong,
        _ => now - quote.MovedAt < Fresh ? Palette.Fallen : Palette.Strong,
    };

    private static string Price(decimal? price, int width)
    {
        string text = Numbers.Price(price);
        return CellText.Right(text.Length <= width || price is null || Math.Abs(price.Value) > long.MaxValue ? text : Numbers.Short((long)price.Value), width);
    }

    private static string Quantity(long value, MarketSnapshot snapshot, SnapshotFields field, int width) =>
        CellText.Right((snapshot.Unavailable & field) != 0 ? Numbers.Nothing : Numbers.Short(value), width);
}
