namespace HedgeTech.Ime.Cli.Watch;

/// <summary>What is known of one contract: its newest snapshot, and what only a series of them tells. Immutable.</summary>
internal sealed record Quote(ContractKey Contract)
{
    /// <summary>The newest snapshot; null before the first.</summary>
    public MarketSnapshot? Snapshot { get; private init; }

    /// <summary>The sign of the last move of the price; 0 before the first.</summary>
    public int Direction { get; private init; }

    /// <summary>When the price moved last, UTC.</summary>
    public DateTimeOffset MovedAt { get; private init; }

    /// <summary>How many snapshots came.</summary>
    public long Count { get; private init; }

    public Trend Trend { get; private init; } = Trend.Empty;

    /// <summary>The change since the previous close, in percent of it; null where either is not known.</summary>
    public double? Percent =>
        Snapshot is { ChangeFromPreviousClose: { } change, Aggregate.PreviousClose: not 0 and var close } ? 100 * (double)change / (double)close : null;

    /// <summary>The quote after one snapshot more.</summary>
    public Quote With(MarketSnapshot snapshot)
    {
        int move = Snapshot?.LastPrice is { } before && snapshot.LastPrice is { } now ? now.CompareTo(before) : 0;
        return this with
        {
            Snapshot = snapshot,
            Direction = move == 0 ? Direction : Math.Sign(move),
            MovedAt = move == 0 ? MovedAt : snapshot.ReceivedAt,
            Count = Count + 1,
            Trend = snapshot.LastPrice is { } price ? Trend.With(price, snapshot.ReceivedAt) : Trend,
        };
    }
}
