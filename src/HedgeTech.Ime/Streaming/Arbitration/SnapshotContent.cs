using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>Compares messages by all their content except the time of receipt and the raw bytes. The service does not number its messages.</summary>
internal static class SnapshotContent
{
    /// <summary>Whether two messages of the same contract are the same. Nearly all different messages have different timestamps, so that comparison comes first.</summary>
    public static bool IsSame(MarketSnapshot one, MarketSnapshot other) =>
        one.Timestamp == other.Timestamp && one.Unavailable == other.Unavailable && (IsSameBitForBit(one, other) || IsSameThroughout(one, other));

    // Nearly all messages with the same timestamp are equal bit for bit. Comparing the values of two dozen fields costs many times as much.
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
