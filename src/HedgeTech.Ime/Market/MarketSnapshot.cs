using System.Text.Json.Serialization;
using HedgeTech.Ime.Calendar;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime;

/// <summary>The state of one contract at one moment: order book, day statistics, allowed price range and open interest. One message on the wire.</summary>
/// <remarks>
/// Prices are in Rial. Immutable and thread-safe. <see cref="Unavailable"/> names the fields that the message lacked or that could not be read.
/// Their value is 0, default or null.
/// </remarks>
[JsonConverter(typeof(FeedEventJsonConverter<MarketSnapshot>))]
public sealed record MarketSnapshot : FeedEvent
{
    /// <summary>The only channel that the service documents. Every snapshot has it.</summary>
    internal const string DocumentedChannel = "IME Stream";

    private readonly FrameBytes _frame;

    /// <summary>The channel of the message. Wire: <c>channel</c>.</summary>
    /// <value>Always <c>IME Stream</c> in a received snapshot.</value>
    public string Channel { get; init; } = DocumentedChannel;

    /// <summary>The contract. Wire: <c>contractName</c> or <c>ContractId</c>.</summary>
    public ContractKey Contract { get; init; }

    /// <summary>When the server made the message. Wire: <c>timestamp</c>.</summary>
    /// <value>A timestamp without an offset on the wire gets <c>ImeClientOptions.TimestampOffset</c>, +03:30 by default.</value>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The best three levels of the order book. Wire: <c>data.BestLimit</c>.</summary>
    public BestLimit BestLimit { get; init; }

    /// <summary>The statistics of the trading day. Wire: <c>data.Aggregate</c>.</summary>
    public Aggregate Aggregate { get; init; }

    /// <summary>The price limits of the trading day, in Rial. Wire: <c>data.AllowedPriceRange</c>.</summary>
    public AllowedPriceRange AllowedPriceRange { get; init; }

    /// <summary>The open interest. Wire: <c>data.ContractInfo</c>.</summary>
    public ContractInfo ContractInfo { get; init; }

    /// <summary>The fields that the message lacked or that could not be read. Their value is 0, default or null.</summary>
    public SnapshotFields Unavailable { get; init; }

    /// <summary>The raw message, UTF-8, as it was received. Empty unless <c>FeedOptions.KeepFrames</c> is set.</summary>
    public ReadOnlyMemory<byte> Frame
    {
        get => _frame.Memory;
        init => _frame = new FrameBytes(value);
    }

    /// <summary>The price of the day's last trade, in Rial; null if it is unavailable or nothing was traded yet (0 on the wire).</summary>
    public decimal? LastPrice => Price(Aggregate.LastPrice, SnapshotFields.LastPrice);

    /// <summary>The highest bid price, in Rial; null if it is unavailable or nobody bids.</summary>
    public decimal? BestBid =>
        IsEmpty(BestLimit.Level1.BidQuantity, SnapshotFields.BidQuantity1) ? null : Price(BestLimit.Level1.BidPrice, SnapshotFields.BidPrice1);

    /// <summary>The lowest ask price, in Rial; null if it is unavailable or nobody offers.</summary>
    public decimal? BestAsk =>
        IsEmpty(BestLimit.Level1.AskQuantity, SnapshotFields.AskQuantity1) ? null : Price(BestLimit.Level1.AskPrice, SnapshotFields.AskPrice1);

    /// <summary><see cref="BestAsk"/> minus <see cref="BestBid"/>, in Rial; null if either is null or the difference does not fit a <see cref="decimal"/>.</summary>
    public decimal? Spread => Difference(BestAsk, BestBid);

    /// <summary>The middle between <see cref="BestBid"/> and <see cref="BestAsk"/>, in Rial; null if either is null.</summary>
    public decimal? MidPrice => BestBid is { } bid && BestAsk is { } ask
        ? (bid < 0) == (ask < 0) ? bid + ((ask - bid) / 2) : (bid + ask) / 2 // neither the difference of equal signs nor the sum of unequal ones overflows
        : null;

    /// <summary><see cref="LastPrice"/> minus the previous close, in Rial, signed; null if either is unavailable or 0, or the difference does not fit a <see cref="decimal"/>.</summary>
    public decimal? ChangeFromPreviousClose => Difference(LastPrice, Price(Aggregate.PreviousClose, SnapshotFields.PreviousClose));

    /// <summary>
    /// The mean of <see cref="BestBid"/> and <see cref="BestAsk"/>, each weighted by the quantity on the other side, in Rial. It is nearer to the side with
    /// the smaller quantity. Null if either price is null, a quantity is unavailable, or the result does not fit a <see cref="decimal"/>.
    /// </summary>
    public decimal? Microprice
    {
        get
        {
            if (BestBid is not { } bid || BestAsk is not { } ask || (Unavailable & (SnapshotFields.BidQuantity1 | SnapshotFields.AskQuantity1)) != 0)
            {
                return null;
            }

            decimal bidQuantity = BestLimit.Level1.BidQuantity;
            decimal quantity = bidQuantity + BestLimit.Level1.AskQuantity;
            if (quantity <= 0)
            {
                return null;
            }

            try
            {
                return bid + ((ask - bid) * (bidQuantity / quantity)); // the ratio first, because price times quantity may overflow
            }
            catch (OverflowException)
            {
                return null; // prices of opposite sign near the limits of decimal, or a negative quantity: only a broken server sends them
            }
        }
    }

    /// <summary><see cref="Timestamp"/> in Tehran time, +03:30; null if it is unavailable. (Until 2022, Tehran had daylight saving time, which is not applied.)</summary>
    public DateTimeOffset? TehranTime =>
        (Unavailable & SnapshotFields.Timestamp) != 0 || Timestamp.UtcTicks > DateTimeOffset.MaxValue.UtcTicks - Tehran.Offset.Ticks ? null : Timestamp.ToOffset(Tehran.Offset);

    /// <summary>The Jalali date of <see cref="TehranTime"/>; null if that is null or the calendar does not have such a date.</summary>
    public JalaliDate? JalaliDate => TehranTime is { Year: > 622 } time ? HedgeTech.Ime.JalaliDate.FromDate(DateOnly.FromDateTime(time.DateTime)) : null;

    /// <summary>Computes the imbalance of the order book: bid minus ask quantity, divided by their sum. -1 means only asks, +1 only bids.</summary>
    /// <param name="levels">How many levels to include, from the best: 1 to 3.</param>
    /// <returns>The imbalance; null if an included quantity is unavailable or the order book is empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="levels"/> is not 1, 2 or 3.</exception>
    public decimal? GetImbalance(int levels = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(levels, BestLimit.Count);
        decimal bid = 0;
        decimal ask = 0;
        for (int level = 1; level <= levels; level++)
        {
            if ((Unavailable & QuantitiesOf(level)) != 0)
            {
                return null;
            }

            bid += BestLimit[level].BidQuantity;
            ask += BestLimit[level].AskQuantity;
        }

        return bid + ask > 0 ? (bid - ask) / (bid + ask) : null;
    }

    /// <summary>Returns the fields in which this snapshot differs from another, in value or in availability.</summary>
    /// <param name="other">The other snapshot, such as the previous one of the same contract.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    public SnapshotFields GetChanges(MarketSnapshot other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Unavailable ^ other.Unavailable)
            | If(Timestamp != other.Timestamp, SnapshotFields.Timestamp)
            | BookChanges(other)
            | DayChanges(Aggregate, other.Aggregate)
            | If(AllowedPriceRange.Minimum != other.AllowedPriceRange.Minimum, SnapshotFields.MinAllowedPrice)
            | If(AllowedPriceRange.Maximum != other.AllowedPriceRange.Maximum, SnapshotFields.MaxAllowedPrice)
            | If(ContractInfo.OpenInterest != other.ContractInfo.OpenInterest, SnapshotFields.OpenInterest)
            | If(ContractInfo.OpenInterestChange != other.ContractInfo.OpenInterestChange, SnapshotFields.OpenInterestChange);
    }

    /// <summary>One line: time, contract, last price, best bid and ask.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {PlainText.Of(Contract.ToString())} last {LastPrice:G29} bid {BestBid:G29} × {BestLimit.Level1.BidQuantity} ask {BestAsk:G29} × {BestLimit.Level1.AskQuantity}");

    private static SnapshotFields QuantitiesOf(int level) => level switch
    {
        1 => SnapshotFields.BidQuantity1 | SnapshotFields.AskQuantity1,
        2 => SnapshotFields.BidQuantity2 | SnapshotFields.AskQuantity2,
        _ => SnapshotFields.BidQuantity3 | SnapshotFields.AskQuantity3,
    };

    private SnapshotFields BookChanges(MarketSnapshot other)
    {
        // The flags of each level are four bits above those of the previous level.
        SnapshotFields changes = SnapshotFields.None;
        for (int level = 1; level <= BestLimit.Count; level++)
        {
            int shift = 4 * (level - 1);
            (BestLimitLevel now, BestLimitLevel before) = (BestLimit[level], other.BestLimit[level]);
            changes |= If(now.BidQuantity != before.BidQuantity, (SnapshotFields)((uint)SnapshotFields.BidQuantity1 << shift))
                | If(now.BidPrice != before.BidPrice, (SnapshotFields)((uint)SnapshotFields.BidPrice1 << shift))
                | If(now.AskQuantity != before.AskQuantity, (SnapshotFields)((uint)SnapshotFields.AskQuantity1 << shift))
                | If(now.AskPrice != before.AskPrice, (SnapshotFields)((uint)SnapshotFields.AskPrice1 << shift));
        }

        return changes;
    }

    private static SnapshotFields DayChanges(in Aggregate now, in Aggregate before) =>
        If(now.Date != before.Date, SnapshotFields.Date)
        | If(now.Time != before.Time, SnapshotFields.Time)
        | If(now.TradeCount != before.TradeCount, SnapshotFields.TradeCount)
        | If(now.TotalVolume != before.TotalVolume, SnapshotFields.TotalVolume)
        | If(now.TotalValue != before.TotalValue, SnapshotFields.TotalValue)
        | If(now.ClosingPrice != before.ClosingPrice, SnapshotFields.ClosingPrice)
        | If(now.LastPrice != before.LastPrice, SnapshotFields.LastPrice)
        | If(now.LowPrice != before.LowPrice, SnapshotFields.LowPrice)
        | If(now.HighPrice != before.HighPrice, SnapshotFields.HighPrice)
        | If(now.OpenPrice != before.OpenPrice, SnapshotFields.OpenPrice)
        | If(now.PreviousClose != before.PreviousClose, SnapshotFields.PreviousClose);

    private static SnapshotFields If(bool changed, SnapshotFields field) => changed ? field : SnapshotFields.None;

    private static decimal? Difference(decimal? from, decimal? subtracted)
    {
        try
        {
            return from - subtracted;
        }
        catch (OverflowException)
        {
            return null; // prices of opposite sign near the limits of decimal: only a broken server sends them
        }
    }

    private bool IsEmpty(long quantity, SnapshotFields field) => quantity == 0 && (Unavailable & field) == 0;

    private decimal? Price(decimal price, SnapshotFields field) => price == 0 || (Unavailable & field) != 0 ? null : price;
}
