using HedgeTech.Ime;

namespace WebBoard;

/// <summary>What the page shows of a contract. Prices are in Rial. A value is null if it is unavailable or does not exist.</summary>
internal sealed record ContractRow(
    string Contract,
    DateTimeOffset? Timestamp,
    DateTimeOffset ReceivedAt,
    decimal? Last,
    decimal? Change,
    decimal? Open,
    decimal? Low,
    decimal? High,
    decimal? PreviousClose,
    decimal? Minimum,
    decimal? Maximum,
    long? TradeCount,
    long? Volume,
    long? OpenInterest,
    long? OpenInterestChange,
    IReadOnlyList<DepthLevel> Depth)
{
    public static ContractRow Of(MarketSnapshot snapshot)
    {
        Aggregate day = snapshot.Aggregate;
        BestLimit book = snapshot.BestLimit;
        return new ContractRow(
            snapshot.Contract.Value,
            Known(snapshot.Timestamp, SnapshotFields.Timestamp),
            snapshot.ReceivedAt,
            snapshot.LastPrice,
            snapshot.ChangeFromPreviousClose,
            Price(day.OpenPrice, SnapshotFields.OpenPrice),
            Price(day.LowPrice, SnapshotFields.LowPrice),
            Price(day.HighPrice, SnapshotFields.HighPrice),
            Price(day.PreviousClose, SnapshotFields.PreviousClose),
            Price(snapshot.AllowedPriceRange.Minimum, SnapshotFields.MinAllowedPrice),
            Price(snapshot.AllowedPriceRange.Maximum, SnapshotFields.MaxAllowedPrice),
            Known(day.TradeCount, SnapshotFields.TradeCount),
            Known(day.TotalVolume, SnapshotFields.TotalVolume),
            Known(snapshot.ContractInfo.OpenInterest, SnapshotFields.OpenInterest),
            Known(snapshot.ContractInfo.OpenInterestChange, SnapshotFields.OpenInterestChange),
            [
                Level(book.Level1, SnapshotFields.BidQuantity1, SnapshotFields.BidPrice1, SnapshotFields.AskQuantity1, SnapshotFields.AskPrice1),
                Level(book.Level2, SnapshotFields.BidQuantity2, SnapshotFields.BidPrice2, SnapshotFields.AskQuantity2, SnapshotFields.AskPrice2),
                Level(book.Level3, SnapshotFields.BidQuantity3, SnapshotFields.BidPrice3, SnapshotFields.AskQuantity3, SnapshotFields.AskPrice3),
            ]);

        T? Known<T>(T value, SnapshotFields field)
            where T : struct => (snapshot.Unavailable & field) == 0 ? value : null;

        decimal? Price(decimal price, SnapshotFields field) => price == 0 ? null : Known(price, field);

        DepthLevel Level(BestLimitLevel level, SnapshotFields bidQuantity, SnapshotFields bidPrice, SnapshotFields askQuantity, SnapshotFields askPrice) =>
            new(Known(level.BidQuantity, bidQuantity), Price(level.BidPrice, bidPrice), Known(level.AskQuantity, askQuantity), Price(level.AskPrice, askPrice));
    }
}

/// <summary>One level of the order book.</summary>
internal sealed record DepthLevel(long? BidQuantity, decimal? BidPrice, long? AskQuantity, decimal? AskPrice);
