using System.Globalization;
using HedgeTech.Ime.Cli.Terminal;
using Spectre.Console;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The page of one contract, with everything in its snapshot.</summary>
internal static class DetailView
{
    private const int Label = 16;
    private const int Value = 20;

    public static void Compose(Frame frame, int top, Quote quote, NameForm names, DateTimeOffset now)
    {
        frame.Put(top, 0, " " + CellText.Name(quote.Contract.Value, Math.Min(frame.Width - 2, CellText.Width(quote.Contract.Value)), names), Palette.Title);
        if (quote.Snapshot is not { } snapshot)
        {
            frame.Put(top + 2, 1, "No message yet.", Palette.Quiet);
            return;
        }

        frame.Put(top + 1, 1,
            (Numbers.Price(snapshot.LastPrice), Palette.Strong),
            ("   ", Palette.Plain),
            ($"{Numbers.Change(snapshot.ChangeFromPreviousClose)}  {Numbers.Percent(quote.Percent)}", Palette.Signed(quote.Percent)),
            ($"   {Numbers.Age(now - snapshot.ReceivedAt)} ago", Palette.Quiet),
            ($"   {Numbers.Whole(quote.Count)} messages", Palette.Quiet));
        int spark = Math.Clamp(frame.Width - 2, 1, 120);
        frame.Put(top + 2, 1, Drawings.Sparkline(quote.Trend.Prices, spark).TrimStart(), Palette.Signed(quote.Percent));
        Book(frame, top + 4, snapshot.BestLimit);
        Limits(frame, top + 9, snapshot);
        Statistics(frame, top + 11, snapshot);
    }

    private static void Book(Frame frame, int top, BestLimit book)
    {
        int bar = Math.Clamp((frame.Width - 49) / 2, 4, 24);
        long greatest = Math.Max(book.Max(static level => Math.Max(level.BidQuantity, level.AskQuantity)), 1);
        frame.Put(top, 1, CellText.Right("bid quantity", 12 + bar) + CellText.Right("bid", 10) + "   " + CellText.Left("ask", 10) + "ask quantity", Palette.Quiet);
        int row = top + 1;
        foreach (BestLimitLevel level in book)
        {
            string bids = Drawings.Length((double)level.BidQuantity / greatest, bar);
            frame.Put(row++, 1,
                (new string([.. bids.Reverse().Select(Mirrored)]), Palette.Rise),
                (CellText.Right(Quantity(level.BidQuantity), 9), Palette.Plain),
                (CellText.Right(level.BidQuantity > 0 ? Numbers.Price(level.BidPrice) : Numbers.Nothing, 13), Palette.Rise),
                (" │ ", Palette.Quiet),
                (CellText.Left(level.AskQuantity > 0 ? Numbers.Price(level.AskPrice) : Numbers.Nothing, 13), Palette.Fall),
                (CellText.Left(Quantity(level.AskQuantity), 9), Palette.Plain),
                (Drawings.Length((double)level.AskQuantity / greatest, bar), Palette.Fall));
        }
    }

    private static void Limits(Frame frame, int row, MarketSnapshot snapshot)
    {
        (string text, Style style) = TableCells.Range(snapshot, Math.Clamp(frame.Width - 50, 11, 40));
        frame.Put(row, 1,
            (CellText.Left("allowed range", Label), Palette.Quiet),
            (Of(snapshot.AllowedPriceRange.Minimum, snapshot, SnapshotFields.MinAllowedPrice), Palette.Plain),
            ($" {text} ", style),
            (Of(snapshot.AllowedPriceRange.Maximum, snapshot, SnapshotFields.MaxAllowedPrice), Palette.Plain));
    }

    private static void Statistics(Frame frame, int top, MarketSnapshot snapshot)
    {
        Aggregate day = snapshot.Aggregate;
        (string Name, string Text)[] facts =
        [
            ("open", Of(day.OpenPrice, snapshot, SnapshotFields.OpenPrice)),
            ("previous close", Of(day.PreviousClose, snapshot, SnapshotFields.PreviousClose)),
            ("high", Of(day.HighPrice, snapshot, SnapshotFields.HighPrice)),
            ("closing price", Of(day.ClosingPrice, snapshot, SnapshotFields.ClosingPrice)),
            ("low", Of(day.LowPrice, snapshot, SnapshotFields.LowPrice)),
            ("trades", Of(day.TradeCount, snapshot, SnapshotFields.TradeCount)),
            ("spread", Numbers.Price(snapshot.Spread)),
            ("volume", Of(day.TotalVolume, snapshot, SnapshotFields.TotalVolume)),
            ("microprice", Numbers.Price(snapshot.Microprice is { } price ? Math.Round(price, 2) : null)),
            ("value", Of(day.TotalValue, snapshot, SnapshotFields.TotalValue)),
            ("open interest", Of(snapshot.ContractInfo.OpenInterest, snapshot, SnapshotFields.OpenInterest)),
            ("its change", Of(snapshot.ContractInfo.OpenInterestChange, snapshot, SnapshotFields.OpenInterestChange)),
            ("last trade", $"{day.Date:yyyy-MM-dd} {day.Time:HH:mm:ss}".Trim() is { Length: > 0 } time ? time : Numbers.Nothing),
            ("message", snapshot.TehranTime?.ToString("HH:mm:ss.fff 'Tehran'", CultureInfo.InvariantCulture) ?? Numbers.Nothing),
        ];
        for (int i = 0; i < facts.Length; i++)
        {
            frame.Put(top + (i / 2), 1 + (i % 2 * (Label + Value + 2)), (CellText.Left(facts[i].Name, Label), Palette.Quiet), (CellText.Right(facts[i].Text, Value), Palette.Plain));
        }

        if (snapshot.Unavailable != SnapshotFields.None)
        {
            frame.Put(top + (facts.Length / 2) + 1, 1, CellText.Cut($"not in the message, or unreadable: {snapshot.Unavailable}", frame.Width - 2), Palette.Warning);
        }
    }

    private static string Of(decimal price, MarketSnapshot snapshot, SnapshotFields field) => (snapshot.Unavailable & field) != 0 ? Numbers.Nothing : Numbers.Price(price);

    private static string Of(long number, MarketSnapshot snapshot, SnapshotFields field) => (snapshot.Unavailable & field) != 0 ? Numbers.Nothing : Numbers.Whole(number);

    private static string Quantity(long quantity) => quantity.ToString("#,0", CultureInfo.InvariantCulture).Length <= 8 ? Numbers.Whole(quantity) : Numbers.Short(quantity);

    // Of the blocks that fill from the right, only the half one exists.
    private static char Mirrored(char block) => block switch
    {
        '█' or ' ' => block,
        '▏' or '▎' or '▍' => ' ',
        '▌' => '▐',
        _ => '█',
    };
}
