namespace HedgeTech.Ime.Tests.Documentation;

/// <summary>A row of the table of metrics in the reference.</summary>
internal sealed record MetricRow(string Name, string Kind, string Unit, string[] Tags, string Meaning)
{
    public static IEnumerable<MetricRow> All() =>
        from line in MarkdownFile.Read("docs/reference/metrics.md").Text.Split('\n')
        where line.StartsWith("| `ime.", StringComparison.Ordinal)
        let cells = line.Trim('|').Split('|').Select(static cell => cell.Trim()).ToArray()
        select new MetricRow(
            cells[0].Trim('`'),
            cells[1],
            cells[2].Trim('`'),
            [.. cells[3].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static tag => tag.Trim('`'))],
            cells[4]);

    /// <summary>Returns the names of the metric's series in Prometheus. They include the unit and <c>_total</c>.</summary>
    public IEnumerable<string> PrometheusNames()
    {
        string name = Name.Replace('.', '_') + Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return Kind switch
        {
            "counter" => [$"{name}_total"],
            "histogram" => [$"{name}_bucket", $"{name}_count", $"{name}_sum"],
            _ => [name],
        };
    }
}
