using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace HedgeTech.Ime.Tests.Telemetry;

/// <summary>Collects the measurements of one client with OpenTelemetry, as an application does. The client has a unique name, because other tests run at the same time.</summary>
internal sealed class Collector : IDisposable
{
    private readonly List<MetricSnapshot> _exported = [];
    private readonly MeterProvider _provider;

    public Collector() => _provider = Sdk.CreateMeterProviderBuilder().AddMeter("HedgeTech.Ime").AddInMemoryExporter(_exported).Build();

    public string ClientName { get; } = $"client-{Guid.NewGuid():N}";

    /// <summary>Returns all measurements of the client so far.</summary>
    public IReadOnlyList<Collected> Collect(string? clientName = null)
    {
        _exported.Clear();
        _provider.ForceFlush().Should().BeTrue();
        return
        [
            .. from metric in _exported
               from point in metric.MetricPoints
               let tags = Tags(point)
               where tags.GetValueOrDefault("ime.client.name") == (clientName ?? ClientName)
               select new Collected(metric.Name, metric.Unit, metric.MetricType, tags, Value(metric.MetricType, point)),
        ];
    }

    public void Dispose() => _provider.Dispose();

    private static Dictionary<string, string> Tags(MetricPoint point)
    {
        Dictionary<string, string> tags = [];
        foreach (KeyValuePair<string, object?> tag in point.Tags)
        {
            tags.Add(tag.Key, tag.Value!.ToString()!);
        }

        return tags;
    }

    private static double Value(MetricType type, MetricPoint point) => type switch
    {
        MetricType.Histogram => point.GetHistogramCount(),
        MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
        _ => point.GetSumLong(),
    };
}

/// <summary>One series of a metric.</summary>
/// <param name="Name">The name of the instrument.</param>
/// <param name="Unit">The unit of the instrument.</param>
/// <param name="Type">The type of the metric in OpenTelemetry.</param>
/// <param name="Tags">The tags by key.</param>
/// <param name="Value">The sum or the last value. For a histogram, the number of recorded values.</param>
internal sealed record Collected(string Name, string Unit, MetricType Type, IReadOnlyDictionary<string, string> Tags, double Value)
{
    public override string ToString() => $"{Name}{{{string.Join(", ", Tags.Where(static tag => tag.Key is not ("ime.client.name" or "server.address")).Select(static tag => $"{tag.Key}={tag.Value}"))}}} = {Value}";
}
