using HedgeTech.Ime.Market;

namespace HedgeTech.Ime;

/// <summary>A candle: the trades of one contract in one interval, reckoned from the snapshots that were seen. Prices in Rial.</summary>
/// <remarks>
/// Immutable and thread-safe. A snapshot tells the last price and the day's totals, so between two snapshots some trades may stand whose prices nobody saw:
/// <see cref="UnseenTrades"/> counts them. Volumes lose nothing: those of all bars add up to what the day's total has grown by, for what was traded during an
/// outage is in the bar in which the stream came back.
/// </remarks>
public sealed record Bar
{
    /// <summary>The contract.</summary>
    public required ContractKey Contract { get; init; }

    /// <summary>When it begins, by the clock of Tehran (+03:30): whole intervals from midnight there.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>How long it is.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>When it ends, exclusive.</summary>
    public DateTimeOffset End => Start + Interval;

    /// <summary>The first price seen, in Rial.</summary>
    public decimal Open { get; init; }

    /// <summary>The highest price seen, in Rial, a new high of the day that fell between two snapshots included.</summary>
    public decimal High { get; init; }

    /// <summary>The lowest price seen, in Rial, a new low of the day that fell between two snapshots included.</summary>
    public decimal Low { get; init; }

    /// <summary>The last price, in Rial.</summary>
    public decimal Close { get; init; }

    /// <summary>By how much the day's volume has grown; the service does not document the unit (contracts, for derivatives).</summary>
    public long Volume { get; init; }

    /// <summary>By how much the day's value has grown, in Rial.</summary>
    public long Value { get; init; }

    /// <summary>By how many the day's trades have grown.</summary>
    public long TradeCount { get; init; }

    /// <summary>Trades among them whose own price was in no snapshot.</summary>
    public long UnseenTrades { get; init; }

    /// <summary>Snapshots that came after the bar of their own time was closed, and whose trades were counted here.</summary>
    public int LateSnapshots { get; init; }

    /// <summary>Whether the stream was there for the whole interval: false for the bar in which it began or ended, or in which an outage began, went on or ended.</summary>
    public bool IsComplete { get; init; }

    /// <summary>One line: time, contract, prices, volume, and what is missing.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Start:yyyy-MM-dd HH:mm:ss} for {Interval} {PlainText.Of(Contract.ToString())} open {Open} high {High} low {Low} close {Close} volume {Volume}{(IsComplete ? "" : ", incomplete")}");
}
