using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using static HedgeTech.Ime.Tests.Bars.BarEvents;

namespace HedgeTech.Ime.Tests.Bars;

/// <summary>Bars whose snapshots are late or missing.</summary>
public sealed class IncompleteBarTests
{
    [Fact]
    public async Task An_outage_makes_the_bars_it_overlaps_incomplete_and_loses_no_volume()
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
    public async Task A_late_snapshot_does_not_change_a_bar_that_was_returned()
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
    public async Task The_next_snapshot_compensates_for_an_unreadable_one(SnapshotFields unavailable)
    {
        List<Bar> bars = await BarsAsync(
            Trade("10:00:00", count: 5, price: 100, volume: 50),
            Trade("10:00:10", count: 0, price: 0, volume: 0) with { Unavailable = unavailable },
            Trade("10:00:20", count: 7, price: 102, volume: 52));

        bars.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Volume = 2L, TradeCount = 2L, UnseenTrades = 1L, Low = 102m });
    }

    [Fact]
    public async Task An_unreadable_value_date_or_timestamp_affects_no_other_field_of_the_bar()
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
    public async Task A_correction_of_the_totals_makes_the_bar_incomplete_and_is_not_counted()
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
    public async Task A_timestamp_far_in_the_past_or_future_does_not_move_the_market_time()
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

    [Fact]
    public async Task Totals_that_drop_for_a_moment_or_belong_to_an_earlier_day_are_not_counted_again()
    {
        MarketSnapshot empty = Trade("10:00:20", count: 0, price: 0, volume: 0);
        MarketSnapshot yesterday = Trade("10:00:25", count: 5000, price: 90, volume: 70_000);
        List<Bar> bars = await BarsAsync(
            Trade("10:00:00", count: 5, price: 100, volume: 50),
            Trade("10:00:10", count: 6, price: 101, volume: 60),
            empty with { Aggregate = empty.Aggregate with { Date = null } },
            yesterday with { Aggregate = yesterday.Aggregate with { Date = Today.AddDays(-1) } },
            Trade("10:00:30", count: 7, price: 101, volume: 61),
            Trade("10:01:10", count: 7, price: 101, volume: 61));

        bars.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Volume = 11L, Value = 1100L, TradeCount = 2L, Low = 101m, IsComplete = true });
    }

    [Fact]
    public async Task Volume_counts_although_the_number_of_trades_does_not_change()
    {
        List<Bar> bars = await BarsAsync(
            Trade("10:00:00", count: 5, price: 100, volume: 50),
            Trade("10:00:10", count: 5, price: 101, volume: 60));

        bars.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Volume = 10L, TradeCount = 0L, UnseenTrades = 0L });
    }

    [Fact]
    public async Task An_outage_affects_only_the_contracts_of_its_connection_under_any_identifier()
    {
        FeedEvent[] At(string time, int count) =>
            [.. ((ContractKey[])[ContractKey.Name("A"), ContractKey.Name("B"), ContractKey.Id("7")]).Select(contract => Trade(time, count, price: 100, volume: count) with { Contract = contract })];
        List<Bar> bars = await BarsAsync([
            new FeedConnected { Contracts = ContractSet.ByName("A") },
            new FeedConnected { Contracts = ContractSet.ByName("B", "C") },
            .. At("10:00:00", 1),
            .. At("10:00:10", 2),
            new FeedInterrupted { Contracts = Contracts },
            .. At("10:01:00", 2),
        ]);

        bars.Select(static bar => (bar.Contract.Value, bar.IsComplete)).Should().BeEquivalentTo([("A", false), ("B", true), ("7", false)]);
    }

    [Fact]
    public async Task A_consumer_can_leave_while_the_next_event_is_pending()
    {
        FakeTimeProvider time = new();
        bool isDisposed = false;
        IAsyncEnumerator<Bar> bars = Quiet(TestContext.Current.CancellationToken)
            .ToBarsAsync(TimeSpan.FromMinutes(1), TimeSpan.Zero, time, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        ValueTask<bool> next = bars.MoveNextAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        (await next).Should().BeTrue();

        await bars.DisposeAsync();

        isDisposed.Should().BeTrue();

        async IAsyncEnumerable<FeedEvent> Quiet([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            try
            {
                yield return Trade("10:00:00", count: 5, price: 100, volume: 50);
                yield return Trade("10:00:10", count: 6, price: 101, volume: 51);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                isDisposed = true;
            }
        }
    }

    [Fact]
    public async Task Cancellation_ends_the_bars_with_OperationCanceledException()
    {
        using CancellationTokenSource cancelling = new();
        Channel<FeedEvent> events = Channel.CreateUnbounded<FeedEvent>();
        await using IAsyncEnumerator<Bar> bars = events.Reader.ReadAllAsync(TestContext.Current.CancellationToken)
            .ToBarsAsync(TimeSpan.FromMinutes(1), cancellationToken: cancelling.Token).GetAsyncEnumerator(CancellationToken.None);
        events.Writer.TryWrite(Trade("10:00:00", count: 5, price: 100, volume: 50));
        ValueTask<bool> next = bars.MoveNextAsync();

        await cancelling.CancelAsync();

        Func<Task> wait = async () => await next;
        (await wait.Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(cancelling.Token);
    }

    [Fact]
    public async Task Negative_totals_never_make_a_bar_with_a_negative_volume()
    {
        MarketSnapshot below = Trade("10:00:10", count: 6, price: 101, volume: 60);
        MarketSnapshot above = Trade("10:00:20", count: 7, price: 102, volume: 61);
        List<Bar> bars = await BarsAsync(
            below with { Aggregate = below.Aggregate with { TotalVolume = long.MinValue, TradeCount = long.MinValue, TotalValue = long.MinValue } },
            Trade("10:00:15", count: 6, price: 101, volume: 60),
            above with { Aggregate = above.Aggregate with { TotalVolume = long.MaxValue, TradeCount = long.MaxValue, TotalValue = long.MaxValue } });

        bars.Should().ContainSingle().Which.Should().Match<Bar>(static bar => bar.Volume > 0 && bar.TradeCount > 0 && bar.Value > 0);
    }

    [Fact]
    public async Task Cancellation_returns_the_unfinished_bars_as_incomplete_before_its_exception()
    {
        using CancellationTokenSource leaving = new();
        Channel<FeedEvent> events = Channel.CreateUnbounded<FeedEvent>();
        events.Writer.TryWrite(Trade("10:00:00", count: 5, price: 100, volume: 50));
        events.Writer.TryWrite(Trade("10:00:10", count: 6, price: 101, volume: 60));
        await using IAsyncEnumerator<Bar> bars = events.Reader.ReadAllAsync(CancellationToken.None)
            .ToBarsAsync(TimeSpan.FromMinutes(1), timeProvider: new FakeTimeProvider(), cancellationToken: leaving.Token).GetAsyncEnumerator(CancellationToken.None);
        ValueTask<bool> next = bars.MoveNextAsync(); // reads everything that waits before it returns

        await leaving.CancelAsync();

        (await next).Should().BeTrue();
        bars.Current.Should().Match<Bar>(static bar => bar.Volume == 10 && !bar.IsComplete);
        (await bars.Invoking(static stream => stream.MoveNextAsync().AsTask()).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(leaving.Token);
        (await bars.MoveNextAsync()).Should().BeFalse();
    }

    [Fact]
    public void A_stream_of_snapshots_is_refused_even_if_its_type_is_a_stream_of_events()
    {
        IAsyncEnumerable<FeedEvent> snapshots = AsyncEnumerable.Empty<MarketSnapshot>();

        snapshots.Invoking(static stream => stream.ToBarsAsync(TimeSpan.FromMinutes(1))).Should().Throw<ArgumentException>().WithParameterName("events").WithMessage("*StreamEventsAsync*ReadEventsAsync*");
    }
}
