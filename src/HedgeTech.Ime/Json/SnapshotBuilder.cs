using System.Numerics;
using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Json;

/// <summary>The fields of a snapshot, each available or not. The readers fill it, and the serializer writes from it.</summary>
/// <remarks>Lives on the stack. An unavailable field holds its default value, so values can be copied without asking whether they are available.</remarks>
internal struct SnapshotBuilder
{
    private SnapshotFields _available;
    private Integers _integers;
    private Decimals _decimals;
    private DateTimeOffset _timestamp;
    private DateOnly? _date;
    private TimeOnly? _time;

    internal static SnapshotBuilder From(MarketSnapshot snapshot)
    {
        SnapshotBuilder builder = default;
        builder.Set(SnapshotFields.Timestamp, snapshot.Timestamp);

        for (int level = 1; level <= snapshot.BestLimit.Count; level++)
        {
            BestLimitLevel limit = snapshot.BestLimit[level];
            builder.Set(SnapshotFields.BidQuantity1.OnLevel(level), limit.BidQuantity);
            builder.Set(SnapshotFields.BidPrice1.OnLevel(level), limit.BidPrice);
            builder.Set(SnapshotFields.AskQuantity1.OnLevel(level), limit.AskQuantity);
            builder.Set(SnapshotFields.AskPrice1.OnLevel(level), limit.AskPrice);
        }

        Aggregate aggregate = snapshot.Aggregate;
        builder.Set(SnapshotFields.Date, aggregate.Date);
        builder.Set(SnapshotFields.Time, aggregate.Time);
        builder.Set(SnapshotFields.TradeCount, aggregate.TradeCount);
        builder.Set(SnapshotFields.TotalVolume, aggregate.TotalVolume);
        builder.Set(SnapshotFields.TotalValue, aggregate.TotalValue);
        builder.Set(SnapshotFields.ClosingPrice, aggregate.ClosingPrice);
        builder.Set(SnapshotFields.LastPrice, aggregate.LastPrice);
        builder.Set(SnapshotFields.LowPrice, aggregate.LowPrice);
        builder.Set(SnapshotFields.HighPrice, aggregate.HighPrice);
        builder.Set(SnapshotFields.OpenPrice, aggregate.OpenPrice);
        builder.Set(SnapshotFields.PreviousClose, aggregate.PreviousClose);

        builder.Set(SnapshotFields.MinAllowedPrice, snapshot.AllowedPriceRange.Minimum);
        builder.Set(SnapshotFields.MaxAllowedPrice, snapshot.AllowedPriceRange.Maximum);
        builder.Set(SnapshotFields.OpenInterest, snapshot.ContractInfo.OpenInterest);
        builder.Set(SnapshotFields.OpenInterestChange, snapshot.ContractInfo.OpenInterestChange);

        builder.Clear(snapshot.Unavailable);
        return builder;
    }

    internal readonly MarketSnapshot ToSnapshot(ContractKey contract, DateTimeOffset receivedAt, ReadOnlyMemory<byte> frame) => new()
    {
        ReceivedAt = receivedAt,
        Contract = contract,
        Timestamp = Timestamp,
        BestLimit = new BestLimit(Level(1), Level(2), Level(3)),
        Aggregate = new Aggregate
        {
            Date = Date,
            Time = Time,
            TradeCount = Integer(SnapshotFields.TradeCount),
            TotalVolume = Integer(SnapshotFields.TotalVolume),
            TotalValue = Integer(SnapshotFields.TotalValue),
            ClosingPrice = Decimal(SnapshotFields.ClosingPrice),
            LastPrice = Decimal(SnapshotFields.LastPrice),
            LowPrice = Decimal(SnapshotFields.LowPrice),
            HighPrice = Decimal(SnapshotFields.HighPrice),
            OpenPrice = Decimal(SnapshotFields.OpenPrice),
            PreviousClose = Decimal(SnapshotFields.PreviousClose),
        },
        AllowedPriceRange = new AllowedPriceRange(Decimal(SnapshotFields.MinAllowedPrice), Decimal(SnapshotFields.MaxAllowedPrice)),
        ContractInfo = new ContractInfo(Integer(SnapshotFields.OpenInterest), Integer(SnapshotFields.OpenInterestChange)),
        Unavailable = WireSchema.Fields & ~_available,
        Frame = frame,
    };

    internal readonly bool Has(SnapshotFields field) => (_available & field) != 0;

    internal readonly long Integer(SnapshotFields field) => _integers[IntegerSlot(field)];

    internal readonly decimal Decimal(SnapshotFields field) => _decimals[DecimalSlot(field)];

    internal readonly DateTimeOffset Timestamp => _timestamp;

    internal readonly DateOnly? Date => _date;

    internal readonly TimeOnly? Time => _time;

    internal void Set(SnapshotFields field, long value)
    {
        _integers[IntegerSlot(field)] = value;
        _available |= field;
    }

    internal void Set(SnapshotFields field, decimal value)
    {
        _decimals[DecimalSlot(field)] = value;
        _available |= field;
    }

    internal void Set(SnapshotFields field, DateTimeOffset value)
    {
        _timestamp = value;
        _available |= field;
    }

    internal void Set(SnapshotFields field, DateOnly? value)
    {
        _date = value;
        _available |= field;
    }

    internal void Set(SnapshotFields field, TimeOnly? value)
    {
        _time = value;
        _available |= field;
    }

    /// <summary>Makes these fields unavailable.</summary>
    internal void Clear(SnapshotFields fields)
    {
        if ((fields & _available) == 0)
        {
            return; // the usual case: a message seldom repeats a member
        }

        for (SnapshotFields rest = fields & _available; rest != SnapshotFields.None; rest &= rest - 1)
        {
            SnapshotFields field = (SnapshotFields)(1u << BitOperations.TrailingZeroCount((uint)rest));
            if ((WireSchema.IntegerFields & field) != 0)
            {
                _integers[IntegerSlot(field)] = 0;
            }
            else if ((WireSchema.DecimalFields & field) != 0)
            {
                _decimals[DecimalSlot(field)] = 0;
            }
        }

        _available &= ~fields;
        _timestamp = Has(SnapshotFields.Timestamp) ? _timestamp : default;
        _date = Has(SnapshotFields.Date) ? _date : null;
        _time = Has(SnapshotFields.Time) ? _time : null;
    }

    private readonly BestLimitLevel Level(int level) => new(
        Integer(SnapshotFields.BidQuantity1.OnLevel(level)),
        Decimal(SnapshotFields.BidPrice1.OnLevel(level)),
        Integer(SnapshotFields.AskQuantity1.OnLevel(level)),
        Decimal(SnapshotFields.AskPrice1.OnLevel(level)));

    private static int IntegerSlot(SnapshotFields field) => CountBefore(field, WireSchema.IntegerFields);

    private static int DecimalSlot(SnapshotFields field) => CountBefore(field, WireSchema.DecimalFields);

    private static int CountBefore(SnapshotFields field, SnapshotFields fields) => BitOperations.PopCount((uint)(fields & (field - 1)));

    [InlineArray(WireSchema.IntegerCount)]
    private struct Integers
    {
        private long _first;
    }

    [InlineArray(WireSchema.DecimalCount)]
    private struct Decimals
    {
        private decimal _first;
    }
}
