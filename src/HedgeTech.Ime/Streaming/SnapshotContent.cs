namespace HedgeTech.Ime.Streaming;

/// <summary>What makes two messages the same: everything but when and in which bytes they came. The service numbers nothing.</summary>
internal static class SnapshotContent
{
    /// <summary>Whether two messages of the same contract are the same. Nearly all that differ do so in their time, so that is told apart cheaply.</summary>
    public static bool IsSame(MarketSnapshot one, MarketSnapshot other) =>
        one.Timestamp == other.Timestamp && one.Unavailable == other.Unavailable && IsSameThroughout(one, other);

    private static bool IsSameThroughout(MarketSnapshot one, MarketSnapshot other) =>
        one.Aggregate.TradeCount == other.Aggregate.TradeCount
        && one.BestLimit == other.BestLimit
        && one.Aggregate == other.Aggregate
        && one.ContractInfo == other.ContractInfo
        && one.AllowedPriceRange == other.AllowedPriceRange
        && one.Contract == other.Contract
        && one.Channel == other.Channel;
}
