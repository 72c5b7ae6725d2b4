using HedgeTech.Ime.Market;

namespace HedgeTech.Ime;

/// <summary>A candle: the trades of one contract in one interval, computed from the snapshots that were received. Prices in Rial.</summary>
/// <remarks>
/// Immutable and thread-safe. A snapshot has the last price and the day's totals, so the prices of some trades between two snapshots are unknown.
/// <see cref="UnseenTrades"/> counts these trades. No volume is lost: the volumes of all bars add up to the increase of the day's total. What was traded
/// during an outage is in the bar in which the stream resumed.
/// </remarks>
public sealed record Bar
{
    /// <summary>The contract.</summary>
    public required ContractKey Contract { get; init; }

    /// <summary>When the bar starts, in Tehran time (+03:30): whole intervals after midnight.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>The length of the bar.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>When the bar ends, exclusive.</summary>
    public DateTimeOffset End => Start + Interval;

    /// <summary>The first price seen, in Rial.</summary>
    public decimal Open { get; init; }

    /// <summary>The highest price seen, in Rial, including a new high of the day that was reached between two snapshots.</summary>
    public decimal High { get; init; }

    /// <summary>The lowest price seen, in Rial, including a new low of the day that was reached between two snapshots.</summary>
    public decimal Low { get; init; }

    /// <summary>The last price, in Rial.</summary>
    public decimal Close { get; init; }

    /// <summary>The increase of the day's volume. The service does not document the unit (contracts, for derivatives).</summary>
    public long Volume { get; init; }

    /// <summary>The increase of the day's value, in Rial.</summary>
    public long Value { get; init; }

    /// <summary>The increase of the day's number of trades.</summary>
    public long TradeCount { get; init; }

    /// <summary>How many of these trades have a price that did not appear in a snapshot.</summary>
    public long UnseenTrades { get; init; }

    /// <summary>How many snapshots arrived after the bar of their own time was closed. Their trades are counted in this bar.</summary>
    public int LateSnapshots { get; init; }

    /// <summary>Whether the stream covered the whole interval. False for the bar in which the stream started or ended, and for each bar during which there was an outage.</summary>
    public bool IsComplete { get; init; }

    /// <summary>One line: time, contract, prices, volume, and what is missing.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Start:yyyy-MM-dd HH:mm:ss} for {Interval} {PlainText.Of(Contract.ToString())} open {Open} high {High} low {Low} close {Close} volume {Volume}{(IsComplete ? "" : ", incomplete")}");
}
