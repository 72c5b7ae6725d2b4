namespace HedgeTech.Ime.Recording.Tests.Export;

/// <summary>Makes realistic snapshots from a seed, also with unavailable fields and with values at the limits of their ranges.</summary>
internal static class SeededSnapshots
{
    private static readonly DateTimeOffset Open = new(2025, 11, 15, 12, 0, 0, TimeSpan.FromHours(3.5));
    private static readonly ContractKey[] Contracts = [ContractKey.Name("SAFAB03"), ContractKey.Name("زعفران0110نگين نوين(پ)"), ContractKey.Id("276"), ContractKey.Name("comma, \"quote\"")];

    public static List<MarketSnapshot> Of(int seed, int count)
    {
        Random random = new(seed);
        List<MarketSnapshot> snapshots = [];
        for (int i = 0; i < count; i++)
        {
            DateTimeOffset at = Open.AddTicks((i * 1_234_567L) + random.Next(1000));
            snapshots.Add(new MarketSnapshot
            {
                Contract = Contracts[random.Next(Contracts.Length)],
                ReceivedAt = at.ToUniversalTime().AddMilliseconds(3),
                Timestamp = at,
                BestLimit = new BestLimit(Level(random), Level(random), Level(random)),
                Aggregate = new Aggregate
                {
                    Date = random.Next(10) == 0 ? null : DateOnly.FromDateTime(at.DateTime),
                    Time = random.Next(10) == 0 ? null : TimeOnly.FromTimeSpan(TimeSpan.FromSeconds(random.Next(86400))),
                    TradeCount = i,
                    TotalVolume = random.NextInt64(1_000_000),
                    TotalValue = random.NextInt64(),
                    ClosingPrice = Price(random),
                    LastPrice = Price(random),
                    LowPrice = Price(random),
                    HighPrice = Price(random),
                    OpenPrice = Price(random),
                    PreviousClose = Price(random),
                },
                AllowedPriceRange = new AllowedPriceRange(0.000042m, 9_999_999_999m),
                ContractInfo = new ContractInfo(random.NextInt64(100_000), random.NextInt64(-5000, 5000)),
                Unavailable = random.Next(3) == 0 ? (SnapshotFields)(uint)random.Next(1 << 28) : SnapshotFields.None,
            });
        }

        return snapshots;
    }

    public static async IAsyncEnumerable<FeedEvent> AsEvents(this IEnumerable<FeedEvent> events)
    {
        foreach (FeedEvent happened in events)
        {
            yield return happened;
        }

        await Task.CompletedTask;
    }

    private static BestLimitLevel Level(Random random) => new(random.Next(100), Price(random), random.Next(100), Price(random));

    private static decimal Price(Random random) => random.Next(4) == 0 ? random.Next(1_000_000_000) / 10_000m : random.Next(1000) * 100;
}
