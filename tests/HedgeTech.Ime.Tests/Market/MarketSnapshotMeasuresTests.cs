using System.Buffers;
using System.Reflection;
using System.Text;
using HedgeTech.Ime.Tests.Json;

namespace HedgeTech.Ime.Tests.Market;

public sealed class MarketSnapshotMeasuresTests
{
    private static readonly MarketSnapshot Quoted = new()
    {
        Contract = ContractKey.Name("SAFAB03"),
        Timestamp = new DateTimeOffset(2025, 11, 14, 12, 0, 0, new TimeSpan(3, 30, 0)),
        BestLimit = new BestLimit(new BestLimitLevel(3, 100, 1, 104), new BestLimitLevel(1, 99, 5, 105), new BestLimitLevel(0, 0, 0, 0)),
    };

    [Fact]
    public void The_microprice_is_nearer_to_the_side_with_the_smaller_quantity()
    {
        Quoted.Microprice.Should().Be(103);
        (Quoted with { BestLimit = Level1(new BestLimitLevel(1, 100, 3, 104)) }).Microprice.Should().Be(101);
        (Quoted with { BestLimit = Level1(new BestLimitLevel(2, 100, 2, 104)) }).Microprice.Should().Be(Quoted.MidPrice);
    }

    [Theory]
    [InlineData(0, 100, 1, 104, SnapshotFields.None)]
    [InlineData(3, 100, 1, 0, SnapshotFields.None)]
    [InlineData(3, 100, 1, 104, SnapshotFields.BidPrice1)]
    [InlineData(3, 100, 1, 104, SnapshotFields.AskQuantity1)]
    [InlineData(-1, 100, 1, 104, SnapshotFields.None)]
    public void The_microprice_is_null_unless_both_sides_exist(int bidQuantity, int bid, int askQuantity, int ask, SnapshotFields unavailable) =>
        (Quoted with { BestLimit = Level1(new BestLimitLevel(bidQuantity, bid, askQuantity, ask)), Unavailable = unavailable }).Microprice.Should().BeNull();

    [Fact]
    public void No_price_or_quantity_of_the_wire_is_too_large_for_the_measures()
    {
        MarketSnapshot huge = Quoted with { BestLimit = Level1(new BestLimitLevel(long.MaxValue, decimal.MaxValue - 2, long.MaxValue, decimal.MaxValue)) };

        huge.Microprice.Should().BeInRange(decimal.MaxValue - 2, decimal.MaxValue);
        huge.GetImbalance(3).Should().Be(0);
    }

    [Fact]
    public void A_measure_that_does_not_fit_a_decimal_is_null()
    {
        MarketSnapshot apart = Quoted with
        {
            BestLimit = Level1(new BestLimitLevel(1, decimal.MinValue, 3, decimal.MaxValue)),
            Aggregate = new Aggregate { LastPrice = decimal.MaxValue, PreviousClose = decimal.MinValue },
        };

        apart.Spread.Should().BeNull();
        apart.MidPrice.Should().Be(0, "the mid price fits a decimal although the spread does not");
        apart.Microprice.Should().BeNull();
        apart.ChangeFromPreviousClose.Should().BeNull();
        (Quoted with { BestLimit = Level1(new BestLimitLevel(-long.MaxValue, 100, long.MaxValue, decimal.MaxValue)) }).Microprice.Should().BeNull();
        (Quoted with { BestLimit = Level1(new BestLimitLevel(-long.MaxValue + 1, 100, long.MaxValue, decimal.MaxValue)) }).Microprice.Should().BeNull();
    }

    [Fact]
    public void No_member_of_a_snapshot_throws_for_any_values_on_the_wire()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        SnapshotGenerator snapshots = new(new Random(seed));
        PropertyInfo[] properties = typeof(MarketSnapshot).GetProperties();
        for (int i = 0; i < 20_000; i++)
        {
            MarketSnapshot snapshot = snapshots.Next();
            snapshot.Invoking(Read).Should().NotThrow("seed {0}, snapshot {1}: {2}", seed, i, Text(snapshot));
        }

        void Read(MarketSnapshot snapshot)
        {
            foreach (PropertyInfo property in properties)
            {
                _ = property.GetValue(snapshot)?.ToString();
            }

            _ = (snapshot.ToString(), snapshot.GetImbalance(3), snapshot.GetChanges(Quoted), snapshot.GetHashCode());
        }

        static string Text(MarketSnapshot snapshot)
        {
            ArrayBufferWriter<byte> text = new();
            MarketSnapshotSerializer.Serialize(snapshot, text);
            return Encoding.UTF8.GetString(text.WrittenSpan);
        }
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, -0.2)]
    [InlineData(3, -0.2)]
    public void The_imbalance_counts_the_best_levels(int levels, double imbalance) =>
        Quoted.GetImbalance(levels).Should().Be((decimal)imbalance);

    [Fact]
    public void The_imbalance_of_an_empty_book_or_unavailable_quantities_is_null()
    {
        (Quoted with { BestLimit = default }).GetImbalance(3).Should().BeNull();
        (Quoted with { Unavailable = SnapshotFields.AskQuantity2 }).GetImbalance(1).Should().Be(0.5m);
        (Quoted with { Unavailable = SnapshotFields.AskQuantity2 }).GetImbalance(2).Should().BeNull();
        (Quoted with { Unavailable = SnapshotFields.BidQuantity3 }).GetImbalance(3).Should().BeNull();
        Quoted.Invoking(static snapshot => snapshot.GetImbalance(0)).Should().Throw<ArgumentOutOfRangeException>();
        Quoted.Invoking(static snapshot => snapshot.GetImbalance(4)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Time_and_date_are_in_Tehran_time()
    {
        MarketSnapshot utc = Quoted with { Timestamp = new DateTimeOffset(2025, 11, 13, 21, 15, 0, TimeSpan.Zero) };

        utc.TehranTime.Should().Be(utc.Timestamp).And.BeExactly(new DateTimeOffset(2025, 11, 14, 0, 45, 0, new TimeSpan(3, 30, 0)));
        utc.JalaliDate.Should().Be(new JalaliDate(1404, 8, 23));
    }

    [Fact]
    public void The_date_is_null_without_a_timestamp_or_outside_the_calendar()
    {
        MarketSnapshot unavailable = Quoted with { Timestamp = default, Unavailable = SnapshotFields.Timestamp };

        unavailable.TehranTime.Should().BeNull();
        unavailable.JalaliDate.Should().BeNull();
        (Quoted with { Timestamp = default }).JalaliDate.Should().BeNull();
        (Quoted with { Timestamp = DateTimeOffset.MaxValue }).TehranTime.Should().BeNull();
    }

    private static BestLimit Level1(BestLimitLevel level) => new(level, default, default);
}
