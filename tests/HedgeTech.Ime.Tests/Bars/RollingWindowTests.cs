using HedgeTech.Ime.Testing;
using HedgeTech.Ime.Tests.Bridges;

namespace HedgeTech.Ime.Tests.Bars;

public sealed class RollingWindowTests
{
    private static readonly DateTimeOffset Start = new(2025, 11, 14, 10, 0, 0, TimeSpan.FromHours(3.5));

    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(2, 7, null)]
    [InlineData(3, 200, null)]
    [InlineData(4, null, 1)]
    [InlineData(5, null, 30)]
    [InlineData(6, null, 100_000)]
    public void A_window_has_the_same_values_as_a_computation_from_all_snapshots(int seed, int? size, int? seconds)
    {
        Random random = new(seed);
        TimeSpan? duration = seconds is { } given ? TimeSpan.FromSeconds(given) : null;
        RollingWindow window = size is { } count ? RollingWindow.OfCount(count, 100) : RollingWindow.OfTime(duration!.Value, 100);
        List<MarketSnapshot> snapshots = [];
        foreach (MarketSnapshot snapshot in Market(random).Take(600))
        {
            snapshots.Add(snapshot);

            window.Add(snapshot).Should().BeTrue();

            window.Values.Should().Be(NaiveWindow.Of(snapshots, size, duration, 100), "the seed is {0} and this is snapshot {1}", seed, snapshots.Count);
        }
    }

    [Fact]
    public void A_full_window_allocates_nothing()
    {
        MarketSnapshot[] snapshots = [.. Market(new Random(7)).Take(4000)];
        RollingWindow byCount = RollingWindow.OfCount(100);
        RollingWindow byTime = RollingWindow.OfTime(TimeSpan.FromMinutes(1));
        Fill(0, 2000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Fill(2000, 4000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.Should().BeLessThan(64 * 1024, "the window may still grow to the busiest minute of this market, but no snapshot allocates memory");

        void Fill(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                byCount.Add(snapshots[i]);
                byTime.Add(snapshots[i]);
                _ = byCount.Values;
                _ = byTime.Values;
            }
        }
    }

    [Fact]
    public void The_totals_of_a_new_day_start_from_zero()
    {
        RollingWindow window = RollingWindow.OfCount(3, 10);
        window.Add(Traded(0, 1000, volume: 500, value: 5_000_000));
        window.Add(Traded(1, 1010, volume: 510, value: 5_101_000));
        window.Add(Traded(86_400, 1020, volume: 20, value: 204_000, day: 1));

        window.Values.Volume.Should().Be(30);
        window.Values.Vwap.Should().BeApproximately((101_000m + 204_000m) / 30 / 10, 0.0000001m);
    }

    [Fact]
    public void The_next_message_with_a_value_compensates_for_a_missing_one()
    {
        RollingWindow window = RollingWindow.OfCount(10);
        window.Add(Traded(0, 100, volume: 0, value: 0));
        window.Add(Traded(1, 100, volume: 10, value: 0) with { Unavailable = SnapshotFields.TotalValue });
        window.Values.Vwap.Should().BeNull("no trade has a value yet");
        window.Values.Volume.Should().Be(10);

        window.Add(Traded(2, 130, volume: 20, value: 2300));

        window.Values.Vwap.Should().Be(115, "10 were traded at 100 and 10 at 130");
    }

    [Fact]
    public void An_unusable_snapshot_is_not_counted_and_changes_no_value()
    {
        RollingWindow window = RollingWindow.OfCount(10);
        window.Add(Traded(0, 0, volume: 0, value: 0)).Should().BeFalse("nothing was traded yet");
        window.Values.Should().Be(new RollingValues());
        window.Add(Traded(1, 100, volume: 5, value: 500));

        window.Add(Traded(2, 100, volume: 7, value: 700) with { Unavailable = SnapshotFields.LastPrice }).Should().BeFalse();
        window.Add(Traded(3, 100, volume: 9, value: 900) with { Unavailable = SnapshotFields.TotalVolume }).Should().BeFalse();
        window.Add(Traded(4, 100, volume: 9, value: 900, day: -1)).Should().BeFalse("its date is the previous day");
        window.Add(Traded(5, 110, volume: 15, value: 1600)).Should().BeTrue();

        window.Values.Count.Should().Be(2);
        window.Values.Volume.Should().Be(15);
    }

    [Fact]
    public void A_correction_of_the_totals_by_the_server_is_not_counted()
    {
        RollingWindow window = RollingWindow.OfCount(10);
        window.Add(Traded(0, 100, volume: 50, value: 5000));
        window.Add(Traded(1, 100, volume: 40, value: 4000)).Should().BeTrue();
        window.Add(Traded(2, 100, volume: 41, value: 4100));

        window.Values.Volume.Should().Be(1);
        window.Values.Vwap.Should().Be(100);
    }

    [Fact]
    public void A_late_snapshot_counts_in_the_order_of_arrival()
    {
        RollingWindow window = RollingWindow.OfTime(TimeSpan.FromSeconds(10));
        window.Add(Traded(0, 100, volume: 1, value: 100));
        window.Add(Traded(20, 101, volume: 2, value: 201));
        window.Add(Traded(5, 102, volume: 3, value: 303));

        window.Values.Should().BeEquivalentTo(new { Count = 2, Volume = 2L, High = 102m, Low = 101m, From = Start.AddSeconds(20), To = Start.AddSeconds(20), IsFull = true });
    }

    [Fact]
    public void The_snapshots_of_a_quiet_contract_leave_its_window_as_time_advances()
    {
        RollingWindow window = RollingWindow.OfTime(TimeSpan.FromSeconds(10));
        window.AdvanceTo(Start.AddSeconds(-50));
        window.Add(Traded(0, 100, volume: 1, value: 100));
        window.Add(Traded(5, 101, volume: 2, value: 201));

        window.AdvanceTo(Start.AddSeconds(12));
        window.Values.Should().BeEquivalentTo(new { Count = 1, Low = 101m, IsFull = true });
        window.AdvanceTo(Start.AddSeconds(60));

        window.Values.Should().Be(new RollingValues { Last = 101, IsFull = true });
    }

    [Fact]
    public void Values_beyond_a_decimal_are_null_and_do_not_throw()
    {
        RollingWindow window = RollingWindow.OfCount(10, 0.0000000000000000000000000001m);
        window.Add(Traded(0, 0.0000000000000000000000000001m, volume: 0, value: 0));
        window.Add(Traded(1, decimal.MaxValue, volume: 1, value: long.MaxValue));

        (window.Values.Vwap, window.Values.Return).Should().Be((null, null));
        window.ToString().Should().StartWith("2 snapshots, not full, volume 1");
    }

    [Fact]
    public void A_wrong_size_and_another_contract_are_refused()
    {
        RollingWindow window = RollingWindow.OfCount(1);
        window.Add(Traded(0, 1, volume: 1, value: 1));

        FluentActions.Invoking(() => window.Add(Traded(0, 1, volume: 1, value: 1) with { Contract = ContractKey.Name("other") })).Should().Throw<ArgumentException>();
        FluentActions.Invoking(static () => RollingWindow.OfCount(0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(static () => RollingWindow.OfCount(1, 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(static () => RollingWindow.OfTime(TimeSpan.Zero)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task A_stream_has_a_window_for_each_contract()
    {
        MarketSnapshot[] mixed = [Traded(0, 100, 1, 100), Traded(0, 7, 1, 7) with { Contract = ContractKey.Name("other") }, Traded(1, 110, 3, 320), Traded(1, 8, 2, 15) with { Contract = ContractKey.Name("other") }];

        List<WindowedSnapshot> seen = await new Given(mixed).SnapshotsAsync(TestContext.Current.CancellationToken)
            .WithRollingWindow(static _ => RollingWindow.OfCount(5), TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        seen.Select(static one => one.Snapshot).Should().Equal(mixed);
        seen.Select(static one => one.Window.Vwap).Should().Equal(null, null, 110, 8);
    }

    [Fact]
    public async Task The_VWAP_of_the_simulated_market_lies_between_its_low_and_its_high()
    {
        SimulatorContract saffron = SimulatorContract.BuiltIn[0];
        await using ImeSimulator simulator = await ImeSimulator.StartAsync(new ImeSimulatorOptions { Rate = 200 }, cancellationToken: TestContext.Current.CancellationToken);
        await using ImeClient client = new(simulator.CreateClientOptions());

        WindowedSnapshot last = await client.StreamByNameAsync([saffron.Code], TestContext.Current.CancellationToken)
            .WithRollingWindow(contract => RollingWindow.OfCount(1000, saffron.Multiplier), TestContext.Current.CancellationToken).ElementAtAsync(100, TestContext.Current.CancellationToken);

        last.Window.Vwap.Should().BeInRange(last.Window.Low!.Value, last.Window.High!.Value);
    }

    private static MarketSnapshot Traded(int second, decimal price, long volume, long value, int day = 0) => new()
    {
        Contract = ContractKey.Name("SAFAB03"),
        Timestamp = Start.AddSeconds(second),
        Aggregate = new Aggregate
        {
            Date = DateOnly.FromDateTime(Start.DateTime).AddDays(day),
            TradeCount = volume,
            TotalVolume = volume,
            TotalValue = value,
            LastPrice = price,
            HighPrice = price,
            LowPrice = price,
            OpenPrice = price,
        },
    };

    /// <summary>Returns the snapshots of a market with quiet and busy times, trades between two snapshots, new days, late timestamps and missing values.</summary>
    private static IEnumerable<MarketSnapshot> Market(Random random)
    {
        DateTimeOffset at = Start;
        long price = 1000;
        Aggregate day = new() { Date = DateOnly.FromDateTime(at.DateTime), OpenPrice = price, HighPrice = price, LowPrice = price, LastPrice = price, TradeCount = 3, TotalVolume = 10, TotalValue = 1_000_000 };
        while (true)
        {
            at = random.Next(100) == 0 ? at.AddHours(20) : at.AddMilliseconds(random.Next(5) == 0 ? random.Next(20_000) : random.Next(500));
            if (DateOnly.FromDateTime(at.DateTime) > day.Date)
            {
                day = new Aggregate { Date = DateOnly.FromDateTime(at.DateTime), OpenPrice = price, HighPrice = price, LowPrice = price, LastPrice = price };
            }

            // The first snapshot of a day has a trade, because the day has no price before its first trade.
            for (int trades = random.Next(4) + (day.TradeCount == 0 ? 1 : 0); trades > 0; trades--)
            {
                price = Math.Max(1, price + random.Next(-9, 10));
                long quantity = random.Next(1, 20);
                day = day with
                {
                    TradeCount = day.TradeCount + 1,
                    TotalVolume = day.TotalVolume + quantity,
                    TotalValue = day.TotalValue + (price * quantity * 100),
                    LastPrice = price,
                    HighPrice = Math.Max(day.HighPrice, price),
                    LowPrice = Math.Min(day.LowPrice, price),
                };
            }

            yield return new MarketSnapshot
            {
                Contract = ContractKey.Name("SAFAB03"),
                Timestamp = random.Next(20) == 0 ? at.AddSeconds(-3) : at,
                Aggregate = day,
                Unavailable = random.Next(10) == 0 ? SnapshotFields.TotalValue : SnapshotFields.None,
            };
        }
    }
}
