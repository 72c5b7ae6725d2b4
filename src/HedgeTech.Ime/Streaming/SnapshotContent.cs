namespace HedgeTech.Ime.Streaming;

/// <summary>What makes two messages the same: everything but when and in which bytes they came. The service numbers nothing.</summary>
internal static class SnapshotContent
{
    /// <summary>Whether two messages of the same contract are the same; the cheap and telling comparisons come first.</summary>
    public static bool IsSame(MarketSnapshot one, MarketSnapshot other) =>
        ReferenceEquals(one, other)
        || (one.Timestamp == other.Timestamp
            && one.Aggregate.TradeCount == other.Aggregate.TradeCount
            && one.Unavailable == other.Unavailable
            && one.BestLimit == other.BestLimit
            && one.Aggregate == other.Aggregate
            && one.ContractInfo == other.ContractInfo
            && one.AllowedPriceRange == other.AllowedPriceRange
            && one.Contract == other.Contract
            && one.Channel == other.Channel);
}
