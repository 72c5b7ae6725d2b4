namespace HedgeTech.Ime.Tests.Json;

/// <summary>Generates snapshots of every kind that a message can contain.</summary>
internal sealed class SnapshotGenerator(Random random)
{
    private static readonly string[] Names =
    [
        "SAFAB03", "276", "قرارداد آتی زعفران نگین تحویل آبان ماه 1403", "با قیمت اعمال  110،000،000 ریال", "زعفران0110نگين نوين(پ)",
        "+995", "a\"b\\c/d", "می\u200Cشود", "💰", "\u0001\u007F\u0085\u2028", "<script>&amp;'", " ", "NaN", "\":Infinity,\"", "\uFFFD\uFFFF",
    ];

    internal MarketSnapshot Next()
    {
        SnapshotFields unavailable = random.Next(2) == 0 ? SnapshotFields.None : (SnapshotFields)((uint)random.Next(1 << 28) & (uint)random.Next(1 << 28));
        bool Has(SnapshotFields field) => (unavailable & field) == 0;
        long Integer(SnapshotFields field) => Has(field) ? Integer64() : 0;
        decimal Price(SnapshotFields field) => Has(field) ? Decimal() : 0;
        BestLimitLevel Level(int level) => new(
            Integer(Enum.Parse<SnapshotFields>($"BidQuantity{level}")),
            Price(Enum.Parse<SnapshotFields>($"BidPrice{level}")),
            Integer(Enum.Parse<SnapshotFields>($"AskQuantity{level}")),
            Price(Enum.Parse<SnapshotFields>($"AskPrice{level}")));

        return new MarketSnapshot
        {
            Contract = new ContractKey((ContractKeyKind)random.Next(2), Names[random.Next(Names.Length)]),
            Timestamp = Has(SnapshotFields.Timestamp) ? Timestamp() : default,
            BestLimit = new BestLimit(Level(1), Level(2), Level(3)),
            Aggregate = new Aggregate
            {
                Date = Has(SnapshotFields.Date) && random.Next(4) != 0 ? new DateOnly(622, 3, 22).AddDays(random.Next(3_000_000)) : null,
                Time = Has(SnapshotFields.Time) && random.Next(4) != 0 ? new TimeOnly(Ticks(TimeSpan.TicksPerDay)) : null,
                TradeCount = Integer(SnapshotFields.TradeCount),
                TotalVolume = Integer(SnapshotFields.TotalVolume),
                TotalValue = Integer(SnapshotFields.TotalValue),
                ClosingPrice = Price(SnapshotFields.ClosingPrice),
                LastPrice = Price(SnapshotFields.LastPrice),
                LowPrice = Price(SnapshotFields.LowPrice),
                HighPrice = Price(SnapshotFields.HighPrice),
                OpenPrice = Price(SnapshotFields.OpenPrice),
                PreviousClose = Price(SnapshotFields.PreviousClose),
            },
            AllowedPriceRange = new AllowedPriceRange(Price(SnapshotFields.MinAllowedPrice), Price(SnapshotFields.MaxAllowedPrice)),
            ContractInfo = new ContractInfo(Integer(SnapshotFields.OpenInterest), Integer(SnapshotFields.OpenInterestChange)),
            Unavailable = unavailable,
        };
    }

    private long Integer64() => random.Next(6) switch
    {
        0 => 0,
        1 => long.MinValue,
        2 => long.MaxValue,
        3 => -random.Next(1_000_000),
        _ => random.NextInt64() >> random.Next(63),
    };

    private decimal Decimal() => random.Next(6) switch
    {
        0 => 0,
        1 => random.Next(2) == 0 ? decimal.MaxValue : decimal.MinValue,
        2 => new decimal(0, 0, 0, random.Next(2) == 0, (byte)random.Next(29)),
        3 => new decimal(random.Next(), random.Next(), random.Next(), random.Next(2) == 0, (byte)random.Next(29)),
        _ => new decimal(random.Next(100_000_000), 0, 0, false, (byte)random.Next(5)),
    };

    private DateTimeOffset Timestamp()
    {
        TimeSpan offset = random.Next(3) == 0 ? TimeSpan.FromMinutes(random.Next(-840, 841)) : new TimeSpan(3, 30, 0);
        return new DateTimeOffset(Ticks(DateTime.MaxValue.Ticks - (2 * TimeSpan.TicksPerDay)) + TimeSpan.TicksPerDay, offset);
    }

    // Returns a time with any number of fractional digits, including none.
    private long Ticks(long below)
    {
        long unit = (long)Math.Pow(10, random.Next(8));
        return random.NextInt64(below) / unit * unit;
    }
}
