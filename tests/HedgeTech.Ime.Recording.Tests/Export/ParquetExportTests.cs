using System.Globalization;
using HedgeTech.Ime.Recording.Export;

namespace HedgeTech.Ime.Recording.Tests.Export;

public sealed class ParquetExportTests : IDisposable
{
    private const string Prices = "buy_price_1 buy_price_2 buy_price_3 sell_price_1 sell_price_2 sell_price_3 closing_price last_price low_price high_price open_price previous_close minAllowedPrice maxAllowedPrice";

    private readonly ExportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task DuckDB_reads_every_value_of_every_snapshot_and_null_where_one_is_unavailable(int seed, bool asDecimals)
    {
        List<MarketSnapshot> snapshots = SeededSnapshots.Of(seed, 2000);

        await _folder.Parquet("a.parquet", asDecimals).WriteSnapshotsAsync(snapshots.AsEvents(), TestContext.Current.CancellationToken);

        List<object?[]> rows = _folder.Query("a.parquet", "SELECT * FROM FILE");
        rows.Should().HaveSameCount(snapshots);
        for (int i = 0; i < rows.Count; i++)
        {
            rows[i].Should().Equal(ExpectedCells.Of(snapshots[i]).Select(value => AsDuckDB(value, asDecimals)), $"seed {seed}, row {i}");
        }
    }

    [Fact]
    public async Task Columns_of_a_Parquet_file_have_the_names_of_the_wire_and_types_that_other_programs_know()
    {
        await _folder.Parquet("a.parquet").WriteSnapshotsAsync(SeededSnapshots.Of(3, 3).AsEvents(), TestContext.Current.CancellationToken);
        await _folder.Parquet("decimal.parquet", asDecimals: true).WriteSnapshotsAsync(SeededSnapshots.Of(3, 3).AsEvents(), TestContext.Current.CancellationToken);

        Dictionary<string, string> types = Types("a.parquet");
        types.Keys.Should().Equal(ExpectedCells.Names);
        types["contract"].Should().Be("VARCHAR");
        types["received_at"].Should().Be("TIMESTAMP WITH TIME ZONE");
        types["timestamp"].Should().Be("TIMESTAMP WITH TIME ZONE");
        types["jalali_date"].Should().Be("VARCHAR");
        types["date"].Should().Be("DATE");
        types["time"].Should().Be("VARCHAR", "the time type of Parquet would mean UTC");
        types["trade_count"].Should().Be("BIGINT");
        Prices.Split(' ').Select(name => types[name]).Distinct().Should().Equal("DOUBLE");
        Dictionary<string, string> decimals = Types("decimal.parquet");
        Prices.Split(' ').Select(name => decimals[name]).Distinct().Should().Equal("DECIMAL(28,10)");
    }

    [Fact]
    public async Task Row_groups_of_a_Parquet_file_have_at_most_128_Ki_rows_and_are_compressed_with_zstd()
    {
        MarketSnapshot snapshot = SeededSnapshots.Of(4, 1)[0];
        const int Rows = ParquetRows.RowsOfGroup + 1;

        ExportReport report = await _folder.Parquet("a.parquet").WriteSnapshotsAsync(Enumerable.Repeat(snapshot, Rows).AsEvents(), TestContext.Current.CancellationToken);

        report.Rows.Should().Be(Rows);
        _folder.Query("a.parquet", "SELECT DISTINCT row_group_id, row_group_num_rows, compression FROM parquet_metadata(FILE) ORDER BY 1")
            .Should().BeEquivalentTo([new object[] { 0L, 131_072L, "ZSTD" }, [1L, 1L, "ZSTD"]], static options => options.WithStrictOrdering());
        _folder.Query("a.parquet", "SELECT count(*) FROM FILE").Single().Should().Equal((long)Rows);
    }

    [Fact]
    public async Task A_price_beyond_the_decimals_of_an_export_is_refused_and_accepted_as_a_double()
    {
        MarketSnapshot snapshot = SeededSnapshots.Of(5, 1)[0] with { Unavailable = SnapshotFields.None, AllowedPriceRange = new AllowedPriceRange(0, 1_000_000_000_000_000_000m) };

        Func<Task> exporting = () => _folder.Parquet("a.parquet", asDecimals: true).WriteSnapshotsAsync(new[] { snapshot }.AsEvents(), TestContext.Current.CancellationToken);

        await exporting.Should().ThrowAsync<OverflowException>().WithMessage("The price 1000000000000000000 is too large for the decimals of this export.");
        _folder.Files.Should().BeEmpty();
        await _folder.Parquet("b.parquet").WriteSnapshotsAsync(new[] { snapshot }.AsEvents(), TestContext.Current.CancellationToken);
        _folder.Query("b.parquet", "SELECT maxAllowedPrice FROM FILE").Single().Should().Equal(1e18);
    }

    [Fact]
    public async Task An_export_of_bars_has_one_row_for_each_bar_of_the_stream()
    {
        List<MarketSnapshot> snapshots =
        [
            .. SeededSnapshots.Of(6, 4000).Select(static (snapshot, i) => snapshot with
            {
                Unavailable = SnapshotFields.None,
                Aggregate = snapshot.Aggregate with { Date = new DateOnly(2025, 11, 15), TradeCount = i, TotalVolume = i * 2L, TotalValue = i * 1000L },
            }),
        ];
        List<Bar> bars = [];
        await foreach (Bar bar in snapshots.AsEvents().ToBarsAsync(TimeSpan.FromMinutes(1), cancellationToken: TestContext.Current.CancellationToken))
        {
            bars.Add(bar);
        }

        ExportReport report = await _folder.Parquet("a.parquet").WriteBarsAsync(snapshots.AsEvents(), TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken);

        bars.Count.Should().BeGreaterThan(20);
        report.Should().Be(new ExportReport { File = _folder.File("a.parquet"), Rows = bars.Count, From = bars.Min(static bar => bar.Start), To = bars.Max(static bar => bar.End) });
        List<object?[]> rows = _folder.Query("a.parquet", "SELECT * FROM FILE");
        for (int i = 0; i < bars.Count; i++)
        {
            Bar bar = bars[i];
            rows[i].Should().Equal(
                bar.Contract.ToString(), bar.Start.UtcDateTime, bar.End.UtcDateTime, "1404-08-24", (double)bar.Open, (double)bar.High, (double)bar.Low, (double)bar.Close,
                bar.Volume, bar.Value, bar.TradeCount, bar.UnseenTrades, (long)bar.LateSnapshots, bar.IsComplete);
        }
    }

    private Dictionary<string, string> Types(string name) =>
        _folder.Query(name, "DESCRIBE SELECT * FROM FILE").ToDictionary(static row => (string)row[0]!, static row => (string)row[1]!);

    private static object? AsDuckDB(object? value, bool asDecimals) => value switch
    {
        decimal price => asDecimals ? Math.Round(price, 10) : (double)price,
        DateTimeOffset moment => ExpectedCells.Microseconds(moment).UtcDateTime,
        TimeOnly time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        _ => value,
    };
}
