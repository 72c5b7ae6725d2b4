using System.Text.Json.Serialization;
using HedgeTech.Ime.Market;

namespace HedgeTech.Ime;

/// <summary>The state of one contract at one moment: order book, day statistics, allowed price range and open interest. One message of the wire.</summary>
/// <remarks>
/// Prices are in Rial. Immutable and thread-safe. What the message did not carry, or carried in a form that cannot be read, is named by
/// <see cref="Unavailable"/>; there the value is 0, default or null.
/// </remarks>
[JsonConverter(typeof(FeedEventJsonConverter<MarketSnapshot>))]
public sealed partial record MarketSnapshot : FeedEvent
{
    /// <summary>The only channel the service documents; every message that is a snapshot carries it.</summary>
    internal const string DocumentedChannel = "IME Stream";

    private readonly FrameBytes _frame;

    /// <summary>The channel of the message. Wire: <c>channel</c>.</summary>
    /// <value>Always <c>IME Stream</c> in a snapshot that was received.</value>
    public string Channel { get; init; } = DocumentedChannel;

    /// <summary>The contract this snapshot is of. Wire: <c>contractName</c> or <c>ContractId</c>.</summary>
    public ContractKey Contract { get; init; }

    /// <summary>When the server made the message, with the offset it was read at. Wire: <c>timestamp</c>.</summary>
    /// <value>The wire carries no offset: read at <c>ImeClientOptions.TimestampOffset</c>, +03:30 unless set.</value>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The best three levels of the order book. Wire: <c>data.BestLimit</c>.</summary>
    public BestLimit BestLimit { get; init; }

    /// <summary>The statistics of the trading day. Wire: <c>data.Aggregate</c>.</summary>
    public Aggregate Aggregate { get; init; }

    /// <summary>The price limits of the trading day, in Rial. Wire: <c>data.AllowedPriceRange</c>.</summary>
    public AllowedPriceRange AllowedPriceRange { get; init; }

    /// <summary>The open interest. Wire: <c>data.ContractInfo</c>.</summary>
    public ContractInfo ContractInfo { get; init; }

    /// <summary>The fields that the message lacked or that could not be read. There the value is 0, default or null.</summary>
    public SnapshotFields Unavailable { get; init; }

    /// <summary>The raw message, UTF-8, as it was received. Empty unless <c>FeedOptions.KeepFrames</c> is set.</summary>
    public ReadOnlyMemory<byte> Frame
    {
        get => _frame.Memory;
        init => _frame = new FrameBytes(value);
    }

    /// <summary>Price of the last trade of the day, in Rial; null where unavailable or nothing traded yet (0 on the wire).</summary>
    public decimal? LastPrice => Price(Aggregate.LastPrice, SnapshotFields.LastPrice);

    /// <summary>The highest price bid for, in Rial; null where unavailable or nobody bids.</summary>
    public decimal? BestBid =>
        IsEmpty(BestLimit.Level1.BidQuantity, SnapshotFields.BidQuantity1) ? null : Price(BestLimit.Level1.BidPrice, SnapshotFields.BidPrice1);

    /// <summary>The lowest price asked, in Rial; null where unavailable or nobody offers.</summary>
    public decimal? BestAsk =>
        IsEmpty(BestLimit.Level1.AskQuantity, SnapshotFields.AskQuantity1) ? null : Price(BestLimit.Level1.AskPrice, SnapshotFields.AskPrice1);

    /// <summary><see cref="BestAsk"/> less <see cref="BestBid"/>, in Rial; null where either is, or where the difference does not fit a <see cref="decimal"/>.</summary>
    public decimal? Spread => Difference(BestAsk, BestBid);

    /// <summary>Half-way between <see cref="BestBid"/> and <see cref="BestAsk"/>, in Rial; null where either is.</summary>
    public decimal? MidPrice => BestBid is { } bid && BestAsk is { } ask
        ? (bid < 0) == (ask < 0) ? bid + ((ask - bid) / 2) : (bid + ask) / 2 // neither the difference of equal signs nor the sum of unequal ones overflows
        : null;

    /// <summary><see cref="LastPrice"/> less the previous close, in Rial, signed; null where either is unavailable or 0, or where the difference does not fit a <see cref="decimal"/>.</summary>
    public decimal? ChangeFromPreviousClose => Difference(LastPrice, Price(Aggregate.PreviousClose, SnapshotFields.PreviousClose));

    /// <summary>One line: time, contract, last price, best bid and ask.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {PlainText.Of(Contract.ToString())} last {LastPrice:G29} bid {BestBid:G29} × {BestLimit.Level1.BidQuantity} ask {BestAsk:G29} × {BestLimit.Level1.AskQuantity}");

    private static decimal? Difference(decimal? from, decimal? subtracted)
    {
        try
        {
            return from - subtracted;
        }
        catch (OverflowException)
        {
            return null; // prices of opposite sign near the ends of the range: only a broken server sends them
        }
    }

    private bool IsEmpty(long quantity, SnapshotFields field) => quantity == 0 && (Unavailable & field) == 0;

    private decimal? Price(decimal price, SnapshotFields field) => price == 0 || (Unavailable & field) != 0 ? null : price;
}
