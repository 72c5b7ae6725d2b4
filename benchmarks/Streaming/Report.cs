using System.Globalization;
using System.Net;
using System.Text;

namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>The results of a scenario, as a table of ratios and as a chart.</summary>
internal sealed class Report(Scenario scenario, IReadOnlyList<(Case Case, Measured Measured)> results)
{
    private const int LabelWidth = 190;
    private const int BarWidth = 420;
    private const int RowHeight = 26;

    private Measured Base { get; } = results.First(result => result.Case.Label == scenario.Baseline).Measured;

    public string ToTable()
    {
        StringBuilder table = new();
        table.AppendLine(CultureInfo.InvariantCulture, $"{scenario.Title}; ratios to `{scenario.Baseline}`");
        table.AppendLine();
        table.AppendLine("| | messages per second | CPU per message | in the first second | bytes per message | p50 | p99 | peak memory, MB |");
        table.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach ((Case one, Measured measured) in results)
        {
            table.AppendLine(CultureInfo.InvariantCulture,
                $"| `{one.Label}` | {Ratio(measured.PerSecond, Base.PerSecond)} | {Ratio(measured.Microseconds, Base.Microseconds)} | {Ratio(measured.FirstMicroseconds, Base.FirstMicroseconds)} | {measured.Bytes:0} | {Ratio(measured.Median, Base.Median)} | {Ratio(measured.Percentile99, Base.Percentile99)} | {measured.Megabytes:0} |");
        }

        return table.ToString();
    }

    /// <summary>Draws bars of the CPU time per message. Shorter is better.</summary>
    public string ToSvg()
    {
        double longest = results.Max(result => result.Measured.Microseconds / Base.Microseconds);
        int height = 44 + (results.Count * RowHeight) + 8;
        StringBuilder svg = new();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {LabelWidth + BarWidth + 70} {height}\" font-family=\"sans-serif\" font-size=\"13\" role=\"img\">");
        svg.AppendLine(CultureInfo.InvariantCulture, $"  <title>{WebUtility.HtmlEncode($"{scenario.Title}: CPU per message, ratio to {scenario.Baseline}")}</title>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"  <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"  <text x=\"8\" y=\"24\" font-weight=\"bold\" fill=\"#1f2328\">{WebUtility.HtmlEncode($"{scenario.Title}: CPU per message, {scenario.Baseline} = 1")}</text>");
        for (int i = 0; i < results.Count; i++)
        {
            double ratio = results[i].Measured.Microseconds / Base.Microseconds;
            int y = 44 + (i * RowHeight);
            double width = Math.Max(2, ratio / longest * BarWidth);
            string colour = results[i].Case.Client.StartsWith("sdk", StringComparison.Ordinal) ? "#1f6feb" : "#9aa4af";
            svg.AppendLine(CultureInfo.InvariantCulture, $"  <text x=\"{LabelWidth - 8}\" y=\"{y + 14}\" text-anchor=\"end\" fill=\"#1f2328\">{WebUtility.HtmlEncode(results[i].Case.Label)}</text>");
            svg.AppendLine(CultureInfo.InvariantCulture, $"  <rect x=\"{LabelWidth}\" y=\"{y}\" width=\"{width:0}\" height=\"{RowHeight - 8}\" fill=\"{colour}\"/>");
            svg.AppendLine(CultureInfo.InvariantCulture, $"  <text x=\"{LabelWidth + width + 6:0}\" y=\"{y + 14}\" fill=\"#1f2328\">{ratio:0.00}</text>");
        }

        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    private static string Ratio(double? own, double? other) =>
        own is null ? "" : other is null ? FormattableString.Invariant($"{own:0} µs") : FormattableString.Invariant($"{own / other:0.00}");
}
