using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using static HedgeTech.Ime.Tests.Bars.BarEvents;

namespace HedgeTech.Ime.Tests.Bars;

public sealed class BarTests
{
    [Fact]
    public async Task Trades_make_bars_that_start_at_whole_intervals_of_Tehran_time()
    {
        List<Bar> bars = await BarsAsync(
            Trade("10:00:00", count: 5, price: 100, volume: 50),
            Trade("10:00:10", count: 6, price: 101, volume: 60),
            Trade("10:00:40", count: 7, price: 99, volume: 61),
            Trade("10:01:00", count: 8, price: 98, volume: 70),
            Trade("10:03:00", count: 9, price: 97, volume: 71));

        bars.Should().HaveCount(3);
        bars[0].Should().BeEquivalentTo(new
        {
            Contract = ContractKey.Name("A"),
            Start = At("10:00:00"),
            End = At("10:01:00"),
            Open = 101m,
            High = 101m,
            Low = 99m,
            Close = 99m,
            Volume = 11L,
            Value = 1100L,
            TradeCount = 2L,
            UnseenTrades = 0L,
            LateSnapshots = 0,
            IsComplete = true,
        });
        bars[0].Start.Offset.Should().Be(Tehran);
        bars[1].Should().BeEquivalentTo(new { Start = At("10:01:00"), Open = 98m, Close = 98m, Volume = 9L, IsComplete = true });
        bars[2].Should().BeEquivalentTo(new { Start = At("10:03:00"), Volume = 1L, IsComplete = false }, "the stream ended during this bar");
    }

    [Fact]
    public async Task The_bar_in_which_the_stream_starts_is_incomplete_and_earlier_trades_are_in_no_bar()
    {
        List<Bar> bars = await BarsAsync(
            Trade("10:00:30", count: 5, price: 100, volume: 50),
            Trade("10:00:40", count: 6, price: 101, volume: 60),
            Trade("10:01:40", count: 7, price: 102, volume: 62),
            Trade("10:02:40", count: 7, price: 102, volume: 62));

        bars.Select(static bar => (bar.Volume, bar.IsComplete)).Should().Equal((10, false), (2, true));
    }

    [Fact]
    public async Task Unseen_trades_are_counted_and_move_the_high_and_low_if_they_moved_those_of_the_day()
    {
        List<Bar> bars = await BarsAsync(
            Trade("10:00:00", count: 5, price: 100, volume: 50, high: 110, low: 90),
            Trade("10:00:10", count: 9, price: 101, volume: 90, high: 115, low: 80),
            Trade("10:00:20", count: 11, price: 102, volume: 99, high: 115, low: 80));

        bars.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Open = 101m, High = 115m, Low = 80m, Close = 102m, TradeCount = 6L, UnseenTrades = 4L });
    }

    [Fact]
    public async Task The_totals_start_again_on_a_new_day()
    {
        MarketSnapshot opening = Trade("10:00:10", count: 0, price: 0, volume: 0) with { Timestamp = At("10:00:10").AddDays(1) };
        MarketSnapshot first = Trade("10:00:20", count: 3, price: 90, volume: 30, high: 95, low: 85, open: 95);
        List<Bar> bars = await BarsAsync(
            Trade("17:00:00", count: 5, price: 100, volume: 50),
            opening with { Aggregate = opening.Aggregate with { Date = null } },
            first with { Timestamp = first.Timestamp.AddDays(1), Aggregate = first.Aggregate with { Date = Today.AddDays(1) } });

        bars.Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Start = At("10:00:00").AddDays(1), Open = 95m, High = 95m, Low = 85m, Close = 90m, Volume = 30L, TradeCount = 3L, UnseenTrades = 2L });
    }

    [Fact]
    public async Task A_day_that_starts_without_an_empty_snapshot_also_counts_from_zero()
    {
        MarketSnapshot first = Trade("10:00:20", count: 300, price: 90, volume: 900);
        List<Bar> bars = await BarsAsync(
            Trade("17:00:00", count: 5, price: 100, volume: 50),
            first with { Timestamp = first.Timestamp.AddDays(1), Aggregate = first.Aggregate with { Date = Today.AddDays(1) } });

        bars.Should().ContainSingle().Which.Volume.Should().Be(900);
    }

    [Fact]
    public async Task A_later_snapshot_of_another_contract_closes_the_bar_of_a_quiet_contract()
    {
        MarketSnapshot other = Trade("10:01:02", count: 1, price: 5, volume: 1) with { Contract = ContractKey.Name("B") };

        await using IAsyncEnumerator<Bar> bars = Events(
            Trade("10:00:00", count: 5, price: 100, volume: 50),
            Trade("10:00:10", count: 6, price: 101, volume: 51),
            other).ToBarsAsync(TimeSpan.FromMinutes(1), cancellationToken: TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        (await bars.MoveNextAsync()).Should().BeTrue();
        bars.Current.IsComplete.Should().BeTrue("the end of the stream would have made the bar incomplete");
    }

    [Fact]
    public async Task The_clock_closes_the_bars_of_a_quiet_stream()
    {
        FakeTimeProvider time = new();
        Channel<FeedEvent> events = Channel.CreateUnbounded<FeedEvent>();
        await using IAsyncEnumerator<Bar> bars = events.Reader.ReadAllAsync(TestContext.Current.CancellationToken)
            .ToBarsAsync(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(2), time, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        events.Writer.TryWrite(Trade("10:00:00", count: 5, price: 100, volume: 50));
        events.Writer.TryWrite(Trade("10:00:10", count: 6, price: 101, volume: 51));
        ValueTask<bool> next = bars.MoveNextAsync(); // reads everything that waits before it returns

        time.Advance(TimeSpan.FromSeconds(51.9));
        next.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(0.2));

        (await next).Should().BeTrue();
        bars.Current.Should().BeEquivalentTo(new { Close = 101m, IsComplete = true });
        events.Writer.Complete();
        (await bars.MoveNextAsync()).Should().BeFalse();
    }

    [Fact]
    public async Task A_failure_of_the_stream_is_thrown_after_the_open_bars()
    {
        List<Bar> bars = [];
        Func<Task> read = async () =>
        {
            await foreach (Bar bar in Failing().ToBarsAsync(TimeSpan.FromMinutes(1), cancellationToken: TestContext.Current.CancellationToken))
            {
                bars.Add(bar);
            }
        };

        await read.Should().ThrowAsync<TimeoutException>();
        bars.Should().ContainSingle().Which.IsComplete.Should().BeFalse();

        static async IAsyncEnumerable<FeedEvent> Failing()
        {
            yield return Trade("10:00:00", count: 5, price: 100, volume: 50);
            yield return Trade("10:00:10", count: 6, price: 101, volume: 51);
            await Task.Yield();
            throw new TimeoutException();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-60)]
    [InlineData(7)]
    [InlineData(2 * 86400)]
    public void An_interval_that_does_not_divide_a_day_is_refused(int seconds)
    {
        Action call = () => Events().ToBarsAsync(TimeSpan.FromSeconds(seconds), cancellationToken: TestContext.Current.CancellationToken);

        call.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("interval");
    }

    [Fact]
    public async Task Volumes_of_all_bars_add_up_to_the_increase_of_the_total_in_a_thousand_random_days()
    {
        for (int seed = 0; seed < 1000; seed++)
        {
            Random random = new(seed);
            List<FeedEvent> events = [];
            DateTimeOffset at = At("10:00:00");
            (int count, int volume) = (random.Next(3), random.Next(10));
            int begin = volume;
            for (int i = 0; i < 60; i++)
            {
                at = at.AddSeconds(random.Next(-5, 40));
                int trades = random.Next(3);
                (count, volume) = (count + trades, volume + (trades * random.Next(1, 9)));
                if (random.Next(10) == 0)
                {
                    events.Add(new FeedInterrupted { Contracts = Contracts });
                }

                events.Add(Trade("10:00:00", count, price: random.Next(90, 110), volume) with { Timestamp = at });
                begin = i == 0 ? volume : begin;
            }

            List<Bar> bars = await BarsAsync([.. events]);

            bars.Sum(static bar => bar.Volume).Should().Be(volume - begin, "of seed {0}", seed);
            bars.Should().OnlyContain(static bar => bar.Low <= bar.Open && bar.Open <= bar.High && bar.Low <= bar.Close && bar.Close <= bar.High, "of seed {0}", seed);
            bars.Select(static bar => bar.Start).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems("of seed {0}", seed);
        }
    }
}
