namespace HedgeTech.Ime.Tests.Market;

public sealed class MarketSnapshotTests
{
    private static readonly MarketSnapshot Traded = new()
    {
        Contract = ContractKey.Name("SAFAB03"),
        Timestamp = new DateTimeOffset(2025, 11, 14, 12, 0, 0, new TimeSpan(3, 30, 0)),
        BestLimit = new BestLimit(new BestLimitLevel(4, 80800, 5, 81001), default, default),
        Aggregate = new Aggregate { LastPrice = 80900.5m, PreviousClose = 81217 },
    };

    [Fact]
    public void Best_prices_come_from_the_book_and_the_last_price_from_the_day()
    {
        Traded.LastPrice.Should().Be(80900.5m);
        Traded.BestBid.Should().Be(80800);
        Traded.BestAsk.Should().Be(81001);
        Traded.Spread.Should().Be(201);
        Traded.MidPrice.Should().Be(80900.5m);
        Traded.ChangeFromPreviousClose.Should().Be(-316.5m);
    }

    [Fact]
    public void The_last_price_and_the_change_are_null_before_the_first_trade()
    {
        MarketSnapshot untraded = Traded with { Aggregate = Traded.Aggregate with { LastPrice = 0 } };

        untraded.LastPrice.Should().BeNull();
        untraded.ChangeFromPreviousClose.Should().BeNull();
    }

    [Fact]
    public void The_change_is_null_without_a_previous_close()
    {
        MarketSnapshot fresh = Traded with { Aggregate = Traded.Aggregate with { PreviousClose = 0 } };

        fresh.ChangeFromPreviousClose.Should().BeNull();
        fresh.LastPrice.Should().Be(80900.5m);
    }

    [Theory]
    [InlineData(0, 80800)]
    [InlineData(4, 0)]
    [InlineData(0, 0)]
    public void An_empty_bid_side_has_no_bid_spread_nor_mid_price(int quantity, int price)
    {
        MarketSnapshot snapshot = Traded with { BestLimit = Traded.BestLimit with { Level1 = new BestLimitLevel(quantity, price, 5, 81001) } };

        snapshot.BestBid.Should().BeNull();
        snapshot.Spread.Should().BeNull();
        snapshot.MidPrice.Should().BeNull();
        snapshot.BestAsk.Should().Be(81001);
    }

    [Theory]
    [InlineData(0, 81001)]
    [InlineData(5, 0)]
    [InlineData(0, 0)]
    public void An_empty_ask_side_has_no_ask_spread_nor_mid_price(int quantity, int price)
    {
        MarketSnapshot snapshot = Traded with { BestLimit = Traded.BestLimit with { Level1 = new BestLimitLevel(4, 80800, quantity, price) } };

        snapshot.BestAsk.Should().BeNull();
        snapshot.Spread.Should().BeNull();
        snapshot.MidPrice.Should().BeNull();
        snapshot.BestBid.Should().Be(80800);
    }

    [Fact]
    public void A_side_with_an_unavailable_quantity_does_not_count_as_empty()
    {
        MarketSnapshot snapshot = Traded with
        {
            BestLimit = Traded.BestLimit with { Level1 = new BestLimitLevel(0, 80800, 0, 81001) },
            Unavailable = SnapshotFields.BidQuantity1 | SnapshotFields.AskQuantity1,
        };

        snapshot.BestBid.Should().Be(80800);
        snapshot.BestAsk.Should().Be(81001);
    }

    [Fact]
    public void An_unavailable_field_is_null_regardless_of_its_value()
    {
        (Traded with { Unavailable = SnapshotFields.LastPrice }).LastPrice.Should().BeNull();
        (Traded with { Unavailable = SnapshotFields.BidPrice1 }).BestBid.Should().BeNull();
        (Traded with { Unavailable = SnapshotFields.AskPrice1 }).BestAsk.Should().BeNull();
        (Traded with { Unavailable = SnapshotFields.AskPrice1 }).Spread.Should().BeNull();
        (Traded with { Unavailable = SnapshotFields.BidPrice1 }).MidPrice.Should().BeNull();
        (Traded with { Unavailable = SnapshotFields.PreviousClose }).ChangeFromPreviousClose.Should().BeNull();
        (Traded with { Unavailable = SnapshotFields.LastPrice }).ChangeFromPreviousClose.Should().BeNull();
        (Traded with { Unavailable = ~(SnapshotFields.BidPrice1 | SnapshotFields.BidQuantity1) }).BestBid.Should().Be(80800);
    }

    [Fact]
    public void The_mid_price_of_the_highest_prices_does_not_overflow()
    {
        MarketSnapshot snapshot = Traded with { BestLimit = new BestLimit(new BestLimitLevel(1, decimal.MaxValue - 2, 1, decimal.MaxValue), default, default) };

        snapshot.MidPrice.Should().Be(decimal.MaxValue - 1);
    }

    [Fact]
    public void A_new_snapshot_has_the_documented_channel()
    {
        new MarketSnapshot().Channel.Should().Be("IME Stream");
    }

    [Fact]
    public void Snapshots_with_equal_values_are_equal()
    {
        (Traded with { }).Should().Be(Traded);
        (Traded with { Unavailable = SnapshotFields.Date }).Should().NotBe(Traded);
        (Traded with { ContractInfo = new ContractInfo(1, 0) }).Should().NotBe(Traded);
    }

    [Fact]
    public void Text_of_a_snapshot_is_one_line_and_independent_of_the_culture()
    {
        Traded.ToString().Should().Be("2025-11-14 12:00:00.000 SAFAB03 last 80900.5 bid 80800 × 4 ask 81001 × 5");
    }
}
