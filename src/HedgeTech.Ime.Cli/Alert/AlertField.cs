namespace HedgeTech.Ime.Cli.Alert;

/// <summary>A value of a snapshot that a rule can compare with a number.</summary>
/// <param name="Name">How a rule spells it: one word. A space may replace a hyphen.</param>
/// <param name="Meaning">What it is, for the documentation.</param>
/// <param name="Margin">How far a value must come back before the rule applies again, as a part of the number it is compared with.</param>
/// <param name="Read">Returns the value; null if it is unavailable.</param>
internal sealed record AlertField(string Name, string Meaning, decimal Margin, Func<MarketSnapshot, decimal?> Read)
{
    /// <summary>For values that move a little at a time, compared with their size.</summary>
    private const decimal Short = 0.001m;

    /// <summary>For differences, which are small and move a lot.</summary>
    private const decimal Long = 0.1m;

    /// <summary>Whether 0 is a usual value, around which it moves.</summary>
    public bool CrossesZero => Margin == Long;

    /// <summary>Every field, in the order of the documentation.</summary>
    public static IReadOnlyList<AlertField> All { get; } =
    [
        new("last", "the last price, in Rial", Short, static snapshot => snapshot.LastPrice),
        new("bid", "the highest bid price, in Rial", Short, static snapshot => snapshot.BestBid),
        new("ask", "the lowest ask price, in Rial", Short, static snapshot => snapshot.BestAsk),
        new("mid", "the middle between bid and ask, in Rial", Short, static snapshot => snapshot.MidPrice),
        new("bid-quantity", "the quantity at the highest bid", Short, static snapshot => Quantity(snapshot, SnapshotFields.BidQuantity1, snapshot.BestLimit.Level1.BidQuantity)),
        new("ask-quantity", "the quantity at the lowest ask", Short, static snapshot => Quantity(snapshot, SnapshotFields.AskQuantity1, snapshot.BestLimit.Level1.AskQuantity)),
        new("imbalance", "bid minus ask quantity of the best level, divided by their sum: from -1 to 1", Long, static snapshot => snapshot.GetImbalance()),
        new("spread", "ask minus bid, in Rial", Long, static snapshot => snapshot.Spread),
        new("spread%", "ask minus bid, in percent of mid", Long, static snapshot => Percent(snapshot.Spread, snapshot.MidPrice)),
        new("change", "last minus the previous close, in Rial", Long, static snapshot => snapshot.ChangeFromPreviousClose),
        new("change%", "last minus the previous close, in percent of the previous close", Long, static snapshot => Percent(snapshot.ChangeFromPreviousClose, snapshot.Aggregate.PreviousClose)),
        new("open", "the first price of the day, in Rial", Short, static snapshot => Price(snapshot, SnapshotFields.OpenPrice, snapshot.Aggregate.OpenPrice)),
        new("high", "the highest price of the day, in Rial", Short, static snapshot => Price(snapshot, SnapshotFields.HighPrice, snapshot.Aggregate.HighPrice)),
        new("low", "the lowest price of the day, in Rial", Short, static snapshot => Price(snapshot, SnapshotFields.LowPrice, snapshot.Aggregate.LowPrice)),
        new("close", "the closing price so far, in Rial", Short, static snapshot => Price(snapshot, SnapshotFields.ClosingPrice, snapshot.Aggregate.ClosingPrice)),
        new("volume", "the quantity traded on the day", Short, static snapshot => Quantity(snapshot, SnapshotFields.TotalVolume, snapshot.Aggregate.TotalVolume)),
        new("value", "the value traded on the day, in Rial", Short, static snapshot => Quantity(snapshot, SnapshotFields.TotalValue, snapshot.Aggregate.TotalValue)),
        new("trades", "the number of trades of the day", Short, static snapshot => Quantity(snapshot, SnapshotFields.TradeCount, snapshot.Aggregate.TradeCount)),
        new("open-interest", "the open interest", Short, static snapshot => Quantity(snapshot, SnapshotFields.OpenInterest, snapshot.ContractInfo.OpenInterest)),
        new("open-interest-change", "the change of the open interest", Long, static snapshot => Quantity(snapshot, SnapshotFields.OpenInterestChange, snapshot.ContractInfo.OpenInterestChange)),
    ];

    /// <summary>The names, for messages and help.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(static field => field.Name));

    private static decimal? Quantity(MarketSnapshot snapshot, SnapshotFields field, long value) => (snapshot.Unavailable & field) != 0 ? null : value;

    // A price of 0 means that there is none yet.
    private static decimal? Price(MarketSnapshot snapshot, SnapshotFields field, decimal value) => value == 0 || (snapshot.Unavailable & field) != 0 ? null : value;

    private static decimal? Percent(decimal? part, decimal? whole)
    {
        try
        {
            return whole == 0 ? null : part / whole * 100;
        }
        catch (OverflowException)
        {
            return null; // only a broken server sends such prices
        }
    }
}
