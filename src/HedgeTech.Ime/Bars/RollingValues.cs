namespace HedgeTech.Ime;

/// <summary>The values of a <see cref="RollingWindow"/> at one moment. Prices in Rial.</summary>
/// <remarks>Immutable and thread-safe. A value is null where the window is empty or nothing was traded in it.</remarks>
public readonly record struct RollingValues
{
    /// <summary>How many snapshots are in the window.</summary>
    public int Count { get; init; }

    /// <summary>The time of the oldest snapshot in the window, by the server.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The time of the newest snapshot in the window, by the server.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether the window has reached its number of snapshots, or its time since the first snapshot. Until then, its values are of less.</summary>
    public bool IsFull { get; init; }

    /// <summary>The trades: the increase of the day's number of trades up to each snapshot in the window since the one before it.</summary>
    public long TradeCount { get; init; }

    /// <summary>The volume traded, counted as <see cref="TradeCount"/>. The service does not document the unit (contracts, for derivatives).</summary>
    public long Volume { get; init; }

    /// <summary>The value traded, in Rial, counted as <see cref="TradeCount"/>. Trades whose value the service did not send count when a later message has it.</summary>
    public long Value { get; init; }

    /// <summary>The volume-weighted average price of the trades whose value is known: value by volume and size of a contract; null if there are none.</summary>
    public decimal? Vwap { get; init; }

    /// <summary>The last price in the oldest snapshot of the window.</summary>
    public decimal? Open { get; init; }

    /// <summary>The highest price seen in the window, including a new high of the day that was reached between two snapshots.</summary>
    public decimal? High { get; init; }

    /// <summary>The lowest price seen in the window, including a new low of the day that was reached between two snapshots.</summary>
    public decimal? Low { get; init; }

    /// <summary>The last price, also if the window is empty because nothing has arrived for as long as it is.</summary>
    public decimal? Last { get; init; }

    /// <summary><see cref="Last"/> by <see cref="Open"/> minus 1, such as 0.01 for one percent.</summary>
    public decimal? Return { get; init; }

    /// <summary>One line: the values.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Count} snapshots{(IsFull ? "" : ", not full")}, volume {Volume}, VWAP {Vwap:G29}, open {Open:G29} high {High:G29} low {Low:G29} last {Last:G29}, return {Return:0.####%}");
}
