using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>What makes two messages the same: everything but when and in which bytes they came. The service numbers nothing.</summary>
internal static class SnapshotContent
{
    /// <summary>Whether two messages of the same contract are the same. Nearly all that differ do so in their time, so that is told apart cheaply.</summary>
    public static bool IsSame(MarketSnapshot one, MarketSnapshot other) =>
        one.Timestamp == other.Timestamp && one.Unavailable == other.Unavailable && (IsSameBitForBit(one, other) || IsSameThroughout(one, other));

    // Nearly all that have the same time are the same to the bit; to compare the values of two dozen fields costs many times that.
    private static bool IsSameBitForBit(MarketSnapshot one, MarketSnapshot other) =>
        HasSameBits(one.BestLimit, other.BestLimit)
        && HasSameBits(one.Aggregate, other.Aggregate)
        && HasSameBits(one.AllowedPriceRange, other.AllowedPriceRange)
        && HasSameBits(one.ContractInfo, other.ContractInfo)
        && one.Contract == other.Contract
        && one.Channel == other.Channel;

    private static bool IsSameThroughout(MarketSnapshot one, MarketSnapshot other) =>
        one.Aggregate.TradeCount == other.Aggregate.TradeCount
        && one.BestLimit == other.BestLimit
        && one.Aggregate == other.Aggregate
        && one.ContractInfo == other.ContractInfo
        && one.AllowedPriceRange == other.AllowedPriceRange
        && one.Contract == other.Contract
        && one.Channel == other.Channel;

    private static bool HasSameBits<T>(in T one, in T other)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in one)).SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in other)));
}
