using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Recording.Tests.Export;

public sealed class CsvExportTests : IDisposable
{
    private readonly ExportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DuckDB_reads_every_value_of_every_snapshot_and_null_where_one_is_unavailable()
    {
        const int Seed = 1;
        List<MarketSnapshot> snapshots = SeededSnapshots.Of(Seed, 2000);

        await _folder.Csv("a.csv").WriteSnapshotsAsync(snapshots.AsEvents(), TestContext.Current.CancellationToken);

        List<object?[]> rows = _folder.Query("a.csv", "SELECT * FROM read_csv(FILE, all_varchar = true, header = true)");
        rows.Should().HaveSameCount(snapshots);
        for (int i = 0; i < rows.Count; i++)
        {
            rows[i].Should().Equal(ExpectedCells.Of(snapshots[i]).Select(AsText), $"seed {Seed}, row {i}");
        }

        // These are the types that DuckDB detects. Times are timestamps and not text.
        _folder.Query("a.csv", "SELECT DISTINCT typeof(received_at), typeof(\"timestamp\"), typeof(trade_count), typeof(closing_price) FROM FILE")
            .Single().Should().Equal("TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIME ZONE", "BIGINT", "DOUBLE");
        _folder.Query("a.csv", "SELECT received_at FROM FILE").Select(static row => (DateTime)row[0]!)
            .Should().Equal(snapshots.Select(static snapshot => ExpectedCells.Microseconds(snapshot.ReceivedAt).UtcDateTime));
    }

    [Fact]
    public async Task A_CSV_file_starts_with_a_byte_order_mark_for_Excel_and_has_the_line_ends_of_RFC_4180()
    {
        MarketSnapshot snapshot = SeededSnapshots.Of(2, 1)[0] with { Contract = ContractKey.Name("زعفران, \"نگین\"\nدو") };

        await _folder.Csv("a.csv").WriteSnapshotsAsync(new[] { snapshot }.AsEvents(), TestContext.Current.CancellationToken);

        byte[] bytes = await File.ReadAllBytesAsync(_folder.File("a.csv"), TestContext.Current.CancellationToken);
        bytes[..3].Should().Equal(0xEF, 0xBB, 0xBF);
        string text = Encoding.UTF8.GetString(bytes[3..]);
        text.Should().StartWith(string.Join(',', ExpectedCells.Names) + "\r\n\"زعفران, \"\"نگین\"\"\nدو\",");
        text.Should().EndWith("\r\n");
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+995", "'+995")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\tA", "'\tA")]
    [InlineData("\nA", "\"'")]
    [InlineData("'=1+1", "''=1+1")]
    [InlineData("شمش '+995", "شمش '+995")]
    public async Task A_name_that_looks_like_a_formula_is_written_as_text(string name, string written)
    {
        MarketSnapshot snapshot = SeededSnapshots.Of(3, 1)[0] with { Contract = ContractKey.Name(name) };

        await _folder.Csv("a.csv").WriteSnapshotsAsync(new[] { snapshot }.AsEvents(), TestContext.Current.CancellationToken);

        (await File.ReadAllLinesAsync(_folder.File("a.csv"), TestContext.Current.CancellationToken))[1].Should().StartWith(name.StartsWith('\n') ? written : written + ",");
    }

    [Fact]
    public async Task Names_are_read_back_by_removing_the_first_character_of_those_that_begin_with_an_apostrophe()
    {
        string[] names = ["=1", "'=1", "''=1", "'", "'A", "A'", "-1", "'-1", "\tA", "@"];
        MarketSnapshot snapshot = SeededSnapshots.Of(4, 1)[0];

        await _folder.Csv("a.csv").WriteSnapshotsAsync(names.Select(name => snapshot with { Contract = ContractKey.Name(name) }).AsEvents(), TestContext.Current.CancellationToken);

        _folder.Query("a.csv", "SELECT contract FROM read_csv(FILE, all_varchar = true, header = true)").Select(static row => (string)row[0]!)
            .Select(static text => text[0] == '\'' ? text[1..] : text).Should().Equal(names);
    }

    private static string? AsText(object? value) => value switch
    {
        decimal price => price.ToString("0.############################", CultureInfo.InvariantCulture),
        DateTimeOffset moment => ExpectedCells.Microseconds(moment).ToOffset(new TimeSpan(3, 30, 0)).ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture) + "+03:30",
        TimeOnly time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    };
}
