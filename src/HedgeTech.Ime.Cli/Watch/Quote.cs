namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The newest snapshot of one contract, and what follows from the series of its snapshots. Immutable.</summary>
internal sealed record Quote(ContractKey Contract)
{
    /// <summary>The newest snapshot; null before the first.</summary>
    public MarketSnapshot? Snapshot { get; private init; }

    /// <summary>The sign of the last change of the price; 0 before the first.</summary>
    public int Direction { get; private init; }

    /// <summary>When the price last changed, UTC.</summary>
    public DateTimeOffset MovedAt { get; private init; }

    /// <summary>The number of snapshots received.</summary>
    public long Count { get; private init; }

    public Trend Trend { get; private init; } = Trend.Empty;

    /// <summary>The change from the previous close, in percent; null if either value is unknown.</summary>
    public double? Percent =>
        Snapshot is { ChangeFromPreviousClose: { } change, Aggregate.PreviousClose: not 0 and var close } ? 100 * (double)change / (double)close : null;

    /// <summary>Returns the quote after another snapshot.</summary>
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
