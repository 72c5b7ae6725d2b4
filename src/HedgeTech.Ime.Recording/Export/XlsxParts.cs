using System.Globalization;

namespace HedgeTech.Ime.Recording.Export;

/// <summary>The parts of a workbook that are the same whatever the rows are: the smallest set that Excel and LibreOffice open without complaint (ECMA-376, part 1, section 12.3).</summary>
internal static class XlsxParts
{
    /// <summary>The style of a cell with a moment.</summary>
    public const int MomentStyle = 1;

    /// <summary>The style of a cell with a date.</summary>
    public const int DateStyle = 2;

    /// <summary>The style of a cell with a time of the day.</summary>
    public const int TimeStyle = 3;

    /// <summary>The start of a sheet: the header stays in view, and the first columns are wide enough for names and moments.</summary>
    public const string SheetHead =
        """<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"""
        + """<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>"""
        + """<cols><col min="1" max="3" width="24" customWidth="1"/><col min="4" max="64" width="15" customWidth="1"/></cols><sheetData>""";

    /// <summary>The end of a sheet.</summary>
    public const string SheetFoot = "</sheetData></worksheet>";

    private const string Xml = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""";
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";
    private const string Kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";

    private const string Styles = $"""
        {Xml}<styleSheet xmlns="{Main}"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd\ hh:mm:ss.000"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="166" formatCode="hh:mm:ss"/></numFmts><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="166" applyNumberFormat="1"/></cellXfs></styleSheet>
        """;

    /// <summary>The name of a sheet in the archive.</summary>
    public static string Sheet(int number) => string.Create(CultureInfo.InvariantCulture, $"xl/worksheets/sheet{number}.xml");

    /// <summary>The parts beside the sheets.</summary>
    /// <param name="title">The name of the first sheet, which the others continue.</param>
    /// <param name="sheets">How many sheets there are.</param>
    public static IEnumerable<(string Name, string Content)> Of(string title, int sheets)
    {
        int[] numbers = [.. Enumerable.Range(1, sheets)];
        yield return ("[Content_Types].xml", $"""
            {Xml}<Types xmlns="{Package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{Kind}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{Kind}.styles+xml"/>{string.Concat(numbers.Select(static number => $"<Override PartName=\"/{Sheet(number)}\" ContentType=\"{Kind}.worksheet+xml\"/>"))}</Types>
            """);
        yield return ("_rels/.rels", $"""
            {Xml}<Relationships xmlns="{Package}/relationships"><Relationship Id="rId1" Type="{Relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>
            """);
        yield return ("xl/workbook.xml", $"""
            {Xml}<workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets>{string.Concat(numbers.Select(number => $"<sheet name=\"{title}{(number > 1 ? $" {number}" : "")}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>"))}</sheets></workbook>
            """);
        yield return ("xl/_rels/workbook.xml.rels", $"""
            {Xml}<Relationships xmlns="{Package}/relationships">{string.Concat(numbers.Select(static number => $"<Relationship Id=\"rId{number}\" Type=\"{Relations}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"))}<Relationship Id="rId{sheets + 1}" Type="{Relations}/styles" Target="styles.xml"/></Relationships>
            """);
        yield return ("xl/styles.xml", Styles);
    }
}
