using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Tests.Architecture;
using HedgeTech.Ime.Tests.Telemetry;

namespace HedgeTech.Ime.Tests.Documentation;

/// <summary>The references of metrics and logs agree with the code, and the dashboard only queries metrics that exist.</summary>
public sealed partial class TelemetryReferenceTests
{
    private const string Dashboard = "docs/grafana/hedgetech-ime.json";

    [Fact]
    public void The_table_of_metrics_matches_the_code()
    {
        IEnumerable<string> rows = MetricRow.All().Select(static row => $"{row.Name}, {row.Kind}, {row.Unit}: {row.Meaning}");

        rows.Should().BeEquivalentTo(Instruments.All.Select(static instrument => $"{instrument.Name}, {KindOf(instrument)}, {instrument.Unit}: {instrument.Description}"));
    }

    [Fact]
    public void The_table_of_log_entries_matches_the_code()
    {
        IEnumerable<string> rows = MarkdownFile.Read("docs/reference/logs.md").Text.Split('\n').Where(static line => line.StartsWith("| 1", StringComparison.Ordinal) || line.StartsWith("| 2", StringComparison.Ordinal));

        rows.Should().Equal(LogEvent.All().OrderBy(static logged => logged.Id).Select(static logged =>
            $"| {logged.Id} | {logged.Level.ToLowerInvariant()} | `{logged.Message}` |"));
    }

    [Fact]
    public void The_dashboard_queries_every_metric_and_nothing_else()
    {
        string[] queries = [.. Queries()];

        IEnumerable<string> asked = queries.SelectMany(static query => Metric().Matches(query)).Select(static match => match.Value).Distinct();
        Dictionary<string, string> known = MetricRow.All().SelectMany(static row => row.PrometheusNames().Select(name => (name, row.Name))).ToDictionary();

        asked.Should().BeSubsetOf(known.Keys);
        asked.Select(name => known[name]).Distinct().Should().BeEquivalentTo(MetricRow.All().Select(static row => row.Name));
    }

    [Fact]
    public void The_dashboard_only_uses_labels_that_the_metric_has()
    {
        foreach (string query in Queries())
        {
            foreach (Match label in Label().Matches(query))
            {
                string[] has = [.. MetricRow.All().Where(row => row.PrometheusNames().Any(name => query.Contains(name, StringComparison.Ordinal))).SelectMany(static row => row.Tags.Append("ime.client.name"))];
                has.Select(static tag => tag.Replace('.', '_')).Should().Contain(label.Value, "the query {0} uses this label", query);
            }
        }
    }

    /// <summary>Returns the queries of the panels and of the variables.</summary>
    private static IEnumerable<string> Queries()
    {
        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, Dashboard)));
        JsonElement root = dashboard.RootElement;
        return
        [
            .. root.GetProperty("panels").EnumerateArray().SelectMany(static panel => panel.GetProperty("targets").EnumerateArray()).Select(static target => target.GetProperty("expr").GetString()!),
            .. root.GetProperty("templating").GetProperty("list").EnumerateArray().Where(static variable => variable.GetProperty("type").GetString() == "query")
                .Select(static variable => variable.GetProperty("query").GetProperty("query").GetString()!),
        ];
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> or ObservableCounter<long> => "counter",
        ObservableUpDownCounter<long> => "up-down counter",
        ObservableGauge<double> => "gauge",
        Histogram<double> => "histogram",
        _ => instrument.GetType().Name,
    };

    [GeneratedRegex(@"\bime_[a-z_]+(?=\{|,)")]
    private static partial Regex Metric();

    [GeneratedRegex(@"(?<=[{,(]\s?)(ime|error|server)_[a-z_]+(?=\)|=|!)")]
    private static partial Regex Label();
}
