namespace HedgeTech.Ime;

/// <summary>The fields of a <see cref="MarketSnapshot"/>, as flags.</summary>
[Flags]
public enum SnapshotFields : uint
{
    /// <summary>No field.</summary>
    None = 0,

    /// <summary><see cref="MarketSnapshot.Timestamp"/>.</summary>
    Timestamp = 1u << 0,

    /// <summary>Bid quantity of level 1.</summary>
    BidQuantity1 = 1u << 1,

    /// <summary>Bid price of level 1.</summary>
    BidPrice1 = 1u << 2,

    /// <summary>Ask quantity of level 1.</summary>
    AskQuantity1 = 1u << 3,

    /// <summary>Ask price of level 1.</summary>
    AskPrice1 = 1u << 4,

    /// <summary>Bid quantity of level 2.</summary>
    BidQuantity2 = 1u << 5,

    /// <summary>Bid price of level 2.</summary>
    BidPrice2 = 1u << 6,

    /// <summary>Ask quantity of level 2.</summary>
    AskQuantity2 = 1u << 7,

    /// <summary>Ask price of level 2.</summary>
    AskPrice2 = 1u << 8,

    /// <summary>Bid quantity of level 3.</summary>
    BidQuantity3 = 1u << 9,

    /// <summary>Bid price of level 3.</summary>
    BidPrice3 = 1u << 10,

    /// <summary>Ask quantity of level 3.</summary>
    AskQuantity3 = 1u << 11,

    /// <summary>Ask price of level 3.</summary>
    AskPrice3 = 1u << 12,

    /// <summary><see cref="Aggregate.Date"/>.</summary>
    Date = 1u << 13,

    /// <summary><see cref="Aggregate.Time"/>.</summary>
    Time = 1u << 14,

    /// <summary><see cref="Aggregate.TradeCount"/>.</summary>
    TradeCount = 1u << 15,

    /// <summary><see cref="Aggregate.TotalVolume"/>.</summary>
    TotalVolume = 1u << 16,

    /// <summary><see cref="Aggregate.TotalValue"/>.</summary>
    TotalValue = 1u << 17,

    /// <summary><see cref="Aggregate.ClosingPrice"/>.</summary>
    ClosingPrice = 1u << 18,

    /// <summary><see cref="Aggregate.LastPrice"/>.</summary>
    LastPrice = 1u << 19,

    /// <summary><see cref="Aggregate.LowPrice"/>.</summary>
    LowPrice = 1u << 20,

    /// <summary><see cref="Aggregate.HighPrice"/>.</summary>
    HighPrice = 1u << 21,

    /// <summary><see cref="Aggregate.OpenPrice"/>.</summary>
    OpenPrice = 1u << 22,

    /// <summary><see cref="Aggregate.PreviousClose"/>.</summary>
    PreviousClose = 1u << 23,

    /// <summary><see cref="AllowedPriceRange.Minimum"/>.</summary>
    MinAllowedPrice = 1u << 24,

    /// <summary><see cref="AllowedPriceRange.Maximum"/>.</summary>
    MaxAllowedPrice = 1u << 25,

    /// <summary><see cref="ContractInfo.OpenInterest"/>.</summary>
    OpenInterest = 1u << 26,

    /// <summary><see cref="ContractInfo.OpenInterestChange"/>.</summary>
    OpenInterestChange = 1u << 27,
}
