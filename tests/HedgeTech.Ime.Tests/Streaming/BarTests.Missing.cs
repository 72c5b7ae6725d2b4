namespace HedgeTech.Ime.Tests.Streaming;

/// <content>What is late or missing.</content>
public sealed partial class BarTests
{
    [Fact]
    public async Task An_outage_marks_the_bars_that_it_touches_and_loses_no_volume()
    {
        List<Bar> bars = await BarsAsync(
            Trade("10:00:00", count: 5, price: 100, volume: 50),
            Trade("10:00:10", count: 6, price: 101, volume: 51),
            Trade("10:01:10", count: 7, price: 102, volume: 53),
            new FeedInterrupted { Contracts = Contracts },
            Trade("10:05:10", count: 17, price: 103, volume: 90),
            new FeedResumed { Contracts = Contracts },
            Trade("10:06:10", count: 18, price: 104, volume: 91),
            Trade("10:07:00", count: 18, price: 104, volume: 91));

        bars.Select(static bar => (bar.Start.Minute, bar.Volume, bar.IsComplete)).Should().Equal((0, 1, true), (1, 2, false), (5, 37, false), (6, 1, true));
        bars.Sum(static bar => bar.Volume).Should().Be(91 - 50);
    }

    [Fact]
    public async Task A_late_snapshot_changes_no_bar_that_was_handed_out()
    {
        List<Bar> bars = await BarsAsync(
            Trade("10:00:00", count: 5, price: 100, volume: 50),
            Trade("10:00:59", count: 6, price: 101, volume: 51),
            Trade("10:01:01", count: 7, price: 102, volume: 52),
            Trade("10:00:58", count: 8, price: 103, volume: 53),
            Trade("10:02:00", count: 8, price: 103, volume: 53));

        bars.Select(static bar => (bar.Start.Minute, bar.Volume, bar.LateSnapshots)).Should().Equal((0, 1, 0), (1, 2, 1));
    }

    [Theory]
    [InlineData(SnapshotFields.LastPrice)]
    [InlineData(SnapshotFields.TotalVolume)]
    [InlineData(SnapshotFields.TradeCount)]
    public async Task What_cannot_be_read_is_made_up_for_by_the_next(SnapshotFields unavailable)
    {
        List<Bar> bars = await BarsAsync(
            Trade("10:00:00", count: 5, price: 100, volume: 50),
            Trade("10:00:10", count: 0, price: 0, volume: 0) with { Unavailable = unavailable },
            Trade("10:00:20", count: 7, price: 102, volume: 52));

        bars.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Volume = 2L, TradeCount = 2L, UnseenTrades = 1L, Low = 102m });
    }

    [Fact]
    public async Task A_value_a_date_or_a_timestamp_that_cannot_be_read_costs_nothing_else()
    {
        MarketSnapshot odd = Trade("10:00:20", count: 7, price: 102, volume: 52);
        List<Bar> bars = await BarsAsync(
            Trade("10:00:00", count: 5, price: 100, volume: 50),
            odd with
            {
                Timestamp = default,
                ReceivedAt = At("10:00:20"),
                Aggregate = odd.Aggregate with { Date = null, TotalValue = 0 },
                Unavailable = SnapshotFields.Date | SnapshotFields.TotalValue | SnapshotFields.Timestamp,
            },
            Trade("10:00:30", count: 8, price: 102, volume: 53));

        bars.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Volume = 3L, Value = 300L, TradeCount = 3L });
    }

    [Fact]
    public async Task A_correction_of_the_totals_is_said_and_not_counted()
    {
        List<Bar> bars = await BarsAsync(
            Trade("10:00:00", count: 5, price: 100, volume: 50),
            Trade("10:00:10", count: 6, price: 101, volume: 60),
            Trade("10:00:20", count: 4, price: 101, volume: 40),
            Trade("10:00:30", count: 5, price: 102, volume: 41),
            Trade("10:02:00", count: 5, price: 102, volume: 41));

        bars.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Volume = 11L, TradeCount = 2L, IsComplete = false });
    }

    [Fact]
    public async Task A_timestamp_of_another_age_moves_nothing()
    {
        MarketSnapshot odd = Trade("10:00:20", count: 7, price: 102, volume: 52);
        List<Bar> bars = await BarsAsync(
            Trade("10:00:00", count: 5, price: 100, volume: 50),
            odd with { Timestamp = DateTimeOffset.MaxValue, ReceivedAt = At("10:00:20") },
            odd with { Timestamp = DateTimeOffset.MaxValue },
            odd with { Timestamp = default },
            Trade("10:00:30", count: 8, price: 102, volume: 53));

        bars.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Start = At("10:00:00"), Volume = 3L, LateSnapshots = 0 });
    }
}
