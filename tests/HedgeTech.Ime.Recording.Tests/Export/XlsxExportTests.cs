using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using HedgeTech.Ime.Recording.Export;

namespace HedgeTech.Ime.Recording.Tests.Export;

public sealed class XlsxExportTests : IDisposable
{
    private static readonly XNamespace Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private readonly ExportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Cells_of_a_sheet_have_every_value_of_every_snapshot_and_are_empty_for_unavailable_ones()
    {
        const int Seed = 1;
        List<MarketSnapshot> snapshots = SeededSnapshots.Of(Seed, 500);

        await _folder.Xlsx("a.xlsx").WriteSnapshotsAsync(snapshots.AsEvents(), TestContext.Current.CancellationToken);

        List<string?[]> rows = Rows(Sheet("a.xlsx", 1));
        rows[0].Should().Equal(ExpectedCells.Names);
        for (int i = 0; i < snapshots.Count; i++)
        {
            rows[i + 1].Should().Equal(ExpectedCells.Of(snapshots[i]).Select(AsCell), $"seed {Seed}, row {i}");
        }
    }

    [Fact]
    public async Task A_full_sheet_is_continued_on_another_one_with_the_same_header()
    {
        await _folder.Xlsx("a.xlsx", rowsOfSheet: 4).WriteSnapshotsAsync(SeededSnapshots.Of(2, 9).AsEvents(), TestContext.Current.CancellationToken);

        using ZipArchive archive = ZipFile.OpenRead(_folder.File("a.xlsx"));
        using Stream workbook = archive.GetEntry("xl/workbook.xml")!.Open();
        XDocument.Load(workbook).Descendants(Main + "sheet").Select(static sheet => (string)sheet.Attribute("name")!).Should().Equal("snapshots", "snapshots 2", "snapshots 3");
        foreach (int sheet in (int[])[1, 2, 3])
        {
            List<string?[]> rows = Rows(Sheet("a.xlsx", sheet));
            rows.Should().HaveCount(4);
            rows[0].Should().Equal(ExpectedCells.Names);
        }
    }

    [Theory]
    [InlineData("a<b>&\"c\"", "a&lt;b&gt;&amp;\"c\"")]
    [InlineData("bell\u0007", "bell_x0007_")]
    [InlineData("_x0007_", "_x005F_x0007_")]
    [InlineData("_x00", "_x00")]
    [InlineData("\ud83d\ude00", "\ud83d\ude00")]
    [InlineData("\uffff", "_xFFFF_")]
    [InlineData("زعفران", "زعفران")]
    public void Text_in_a_sheet_is_escaped_to_valid_XML_and_can_be_read_back(string text, string escaped)
    {
        XlsxText.Escape(text).Should().Be(escaped);
        XElement.Parse($"<t>{escaped}</t>").Should().NotBeNull();
    }

    [Fact]
    public void An_unpaired_surrogate_in_a_sheet_becomes_the_replacement_character()
    {
        XlsxText.Escape("half \ud83d").Should().Be("half \ufffd");
        XlsxText.Escape("\udc00x").Should().Be("\ufffdx");
    }

    private XDocument Sheet(string name, int number)
    {
        using ZipArchive archive = ZipFile.OpenRead(_folder.File(name));
        using Stream sheet = archive.GetEntry($"xl/worksheets/sheet{number}.xml")!.Open();
        return XDocument.Load(sheet);
    }

    private static List<string?[]> Rows(XDocument sheet) =>
        [.. sheet.Descendants(Main + "row").Select(static row => row.Elements(Main + "c").Select(static cell => cell.Value.Length > 0 ? cell.Value : null).ToArray())];

    private static string? AsCell(object? value) => value switch
    {
        decimal price => price.ToString("0.############################", CultureInfo.InvariantCulture),
        DateTimeOffset moment => Days((moment.UtcDateTime + new TimeSpan(3, 30, 0)).Ticks),
        DateOnly date => Days(date.ToDateTime(TimeOnly.MinValue).Ticks),
        TimeOnly time => ((double)time.Ticks / TimeSpan.TicksPerDay).ToString("R", CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    };

    private static string Days(long ticks) => ((double)(ticks - new DateTime(1899, 12, 30).Ticks) / TimeSpan.TicksPerDay).ToString("R", CultureInfo.InvariantCulture);
}
