namespace HedgeTech.Ime;

/// <content>What has changed between two of them.</content>
public sealed partial record MarketSnapshot
{
    /// <summary>The fields in which this snapshot differs from another: in value, or in whether it is available.</summary>
    /// <param name="other">The other one, such as the one before of the same contract.</param>
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

    private SnapshotFields BookChanges(MarketSnapshot other)
    {
        // The fields of each level are four flags after those of the level before.
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
}
