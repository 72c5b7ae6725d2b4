using HedgeTech.Ime.AspNetCore.Board;
using HedgeTech.Ime.Hosting.Tests;

namespace HedgeTech.Ime.AspNetCore.Tests;

/// <summary>Tests the table for Excel.</summary>
public sealed class TableTests
{
    [Fact]
    public async Task Excel_reads_names_prices_and_Jalali_dates()
    {
        const string Certificate = "+995 \"شمش\", طلا";
        await using BoardHost host = await BoardHost.StartAsync([ContractKey.Name("GCOR01C11000"), ContractKey.Name(Certificate), ContractKey.Id("276")]);
        DateTimeOffset noon = new(2024, 11, 18, 12, 0, 1, TimeSpan.FromHours(3.5));
        await host.PutAsync(
            ScriptedSource.Snapshot("GCOR01C11000", 1) with
            {
                Timestamp = noon,
                Aggregate = new Aggregate { LastPrice = 80_900.5m, PreviousClose = 81_000, TotalVolume = 7, ClosingPrice = -3 },
                BestLimit = new BestLimit(new BestLimitLevel(4, 80_800, 0, 0), default, default),
                Unavailable = SnapshotFields.OpenInterest,
            },
            ScriptedSource.Snapshot(Certificate, 2),
            ScriptedSource.Snapshot("276", 3) with { Contract = ContractKey.Id("276") });

        using HttpResponseMessage answer = await host.Http.GetAsync("/board/table.csv", TestContext.Current.CancellationToken);
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        answer.Content.Headers.ContentType!.ToString().Should().Be("text/csv; charset=utf-8");
        bytes.Should().StartWith([0xEF, 0xBB, 0xBF], "Excel does not read Persian text without the byte order mark");
        string[] lines = System.Text.Encoding.UTF8.GetString(bytes[3..]).TrimEnd().Split("\r\n");
        Dictionary<string, string> option = lines[0].Split(',').Zip(lines[1].Split(',')).ToDictionary(static pair => pair.First, static pair => pair.Second);
        lines[0].Split(',').Should().HaveSameCount(lines[1].Split(','));
        option.Should().Contain(new Dictionary<string, string>
        {
            ["contract"] = "GCOR01C11000",
            ["kind"] = "call",
            ["delivery"] = "1401/02",
            ["strike"] = "110000000",
            ["date"] = "2024-11-18",
            ["jalali_date"] = "1403/08/28",
            ["time"] = "12:00:01",
            ["last_price"] = "80900.5",
            ["change"] = "-99.5",
            ["change_percent"] = "-0.12",
            ["bid_price"] = "80800",
            ["ask_price"] = "",
            ["closing_price"] = "-3",
            ["open_interest"] = "",
            ["is_interrupted"] = "false",
        });
        lines[3].Should().StartWith(",276,");
        lines[2].Should().StartWith("\"'+995 \"\"شمش\"\", طلا\",,");
    }

    [Fact]
    public async Task The_guide_describes_every_column_in_its_order()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "HedgeTech.Ime.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        string[] guide = await File.ReadAllLinesAsync(Path.Combine(folder, "docs/how-to/serve-the-board.md"), TestContext.Current.CancellationToken);
        IEnumerable<string> described = guide.SkipWhile(static line => !line.StartsWith("| column |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(static line => line.StartsWith('|')).SelectMany(static line => line.Split('|')[1].Split(',')).Select(static name => name.Trim(' ', '`'));
        await using BoardHost host = await BoardHost.StartAsync(ContractSet.ByName("SAFAB03"));
        string table = await host.Http.GetStringAsync("/board/table.csv", TestContext.Current.CancellationToken);

        table.TrimStart('\ufeff').Split("\r\n")[0].Split(',').Should().Equal(described);
    }

    [Theory]
    [InlineData("SAFAB03", "SAFAB03")]
    [InlineData("", "")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("'A", "''A")]
    [InlineData("+995", "'+995")]
    [InlineData("-2", "'-2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\n=1", "\"'\n=1\"")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("a=b", "a=b")]
    public void A_name_cannot_inject_a_formula_or_a_cell(string name, string cell)
    {
        BoardTable.Text(name).Should().Be(cell);
    }
}
