using System.Reflection;

namespace HedgeTech.Ime.Tests.Market;

public sealed class MarketSnapshotChangesTests
{
    private static readonly MarketSnapshot Empty = new() { Contract = ContractKey.Name("A") };

    [Fact]
    public void A_copy_of_a_snapshot_has_no_changes() => Empty.GetChanges(Empty with { ReceivedAt = DateTimeOffset.UnixEpoch }).Should().Be(SnapshotFields.None);

    [Fact]
    public void A_change_of_a_field_is_reported_as_that_field_alone()
    {
        foreach (SnapshotFields field in Enum.GetValues<SnapshotFields>().Where(static field => field != SnapshotFields.None))
        {
            With(field).GetChanges(Empty).Should().Be(field);
            Empty.GetChanges(With(field)).Should().Be(field);
        }
    }

    [Fact]
    public void A_field_that_becomes_unavailable_is_reported_as_changed() =>
        (Empty with { Unavailable = SnapshotFields.LastPrice }).GetChanges(Empty).Should().Be(SnapshotFields.LastPrice);

    [Fact]
    public async Task The_filter_passes_snapshots_with_a_chosen_change_per_contract()
    {
        MarketSnapshot other = With(SnapshotFields.BidPrice1) with { Contract = ContractKey.Name("B") };
        MarketSnapshot[] snapshots =
        [
            Empty,
            With(SnapshotFields.LastPrice),
            other,
            With(SnapshotFields.BidPrice1),
            other,
            With(SnapshotFields.BidPrice1) with { Timestamp = DateTimeOffset.UnixEpoch },
            Empty,
        ];

        List<MarketSnapshot> passed = await snapshots.ToAsyncEnumerable().WhereChanged(SnapshotFields.BidPrice1 | SnapshotFields.AskPrice1, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        passed.Should().Equal(snapshots[0], snapshots[2], snapshots[3], snapshots[6]);
    }

    [Fact]
    public void A_filter_without_a_field_is_refused_at_the_call()
    {
        Action call = static () => AsyncEnumerable.Empty<MarketSnapshot>().WhereChanged(SnapshotFields.None, TestContext.Current.CancellationToken);

        call.Should().Throw<ArgumentException>().WithParameterName("fields");
    }

    /// <summary>Returns the empty snapshot with one field set. The name of the flag selects the field.</summary>
    private static MarketSnapshot With(SnapshotFields field)
    {
        string name = field.ToString();
        if (char.IsAsciiDigit(name[^1]))
        {
            object level = Set(default(BestLimitLevel), name[..^1]);
            object book = typeof(BestLimit).GetConstructors().Single(static constructor => constructor.GetParameters().Length == 3)
                .Invoke([.. Enumerable.Range('1', 3).Select(number => number == name[^1] ? level : default(BestLimitLevel))]);
            return Empty with { BestLimit = (BestLimit)book };
        }

        return field switch
        {
            SnapshotFields.Timestamp => Empty with { Timestamp = DateTimeOffset.UnixEpoch },
            SnapshotFields.MinAllowedPrice => Empty with { AllowedPriceRange = new AllowedPriceRange(1, 0) },
            SnapshotFields.MaxAllowedPrice => Empty with { AllowedPriceRange = new AllowedPriceRange(0, 1) },
            SnapshotFields.OpenInterest => Empty with { ContractInfo = new ContractInfo(1, 0) },
            SnapshotFields.OpenInterestChange => Empty with { ContractInfo = new ContractInfo(0, 1) },
            _ => Empty with { Aggregate = (Aggregate)Set(default(Aggregate), name) },
        };
    }

    private static object Set(object value, string name)
    {
        PropertyInfo property = value.GetType().GetProperty(name)!;
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        property.SetValue(value, type == typeof(DateOnly) ? new DateOnly(2026, 1, 3) : type == typeof(TimeOnly) ? new TimeOnly(10, 0) : Convert.ChangeType(1, type, null));
        return value;
    }
}
