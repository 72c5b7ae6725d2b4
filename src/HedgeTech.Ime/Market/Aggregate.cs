namespace HedgeTech.Ime;

/// <summary>The statistics of the trading day so far. Prices in Rial. Wire: <c>data.Aggregate</c>.</summary>
public readonly record struct Aggregate
{
    /// <summary>The Gregorian date of the last trade, in Tehran; null before the first. Wire: <c>date</c>. A Jalali date is converted.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>The time of the last trade, in Tehran; null before the first. Wire: <c>time</c>.</summary>
    public TimeOnly? Time { get; init; }

    /// <summary>The number of trades. Wire: <c>trade_count</c>.</summary>
    public long TradeCount { get; init; }

    /// <summary>The quantity traded. The service does not document the unit (contracts, for derivatives). Wire: <c>total_volume</c>.</summary>
    public long TotalVolume { get; init; }

    /// <summary>The value traded, in Rial. Wire: <c>total_value</c>.</summary>
    public long TotalValue { get; init; }

    /// <summary>The current closing price, in Rial. Wire: <c>closing_price</c>.</summary>
    public decimal ClosingPrice { get; init; }

    /// <summary>The price of the last trade, in Rial; 0 before the first. Wire: <c>last_price</c>.</summary>
    public decimal LastPrice { get; init; }

    /// <summary>The lowest price traded, in Rial. Wire: <c>low_price</c>.</summary>
    public decimal LowPrice { get; init; }

    /// <summary>The highest price traded, in Rial. Wire: <c>high_price</c>.</summary>
    public decimal HighPrice { get; init; }

    /// <summary>The price of the first trade, in Rial. Wire: <c>open_price</c>.</summary>
    public decimal OpenPrice { get; init; }

    /// <summary>The closing price of the previous trading day, in Rial. Wire: <c>previous_close</c>.</summary>
    public decimal PreviousClose { get; init; }

    /// <summary>One line: the time and price of the last trade, the prices of the day, the number of trades and the volume.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Date:yyyy-MM-dd} {Time:HH:mm:ss} last {LastPrice} open {OpenPrice} high {HighPrice} low {LowPrice} close {ClosingPrice} previous {PreviousClose}, {TradeCount} trades, volume {TotalVolume}").TrimStart();
}
