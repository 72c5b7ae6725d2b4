using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace HedgeTech.Ime.Tests.Telemetry;

/// <summary>Collects what one client measures, by OpenTelemetry as an application does. Other tests run beside this one, so the client has a name that no other has.</summary>
internal sealed class Collector : IDisposable
{
    private readonly List<MetricSnapshot> _exported = [];
    private readonly MeterProvider _provider;

    public Collector() => _provider = Sdk.CreateMeterProviderBuilder().AddMeter("HedgeTech.Ime").AddInMemoryExporter(_exported).Build();

    public string ClientName { get; } = $"client-{Guid.NewGuid():N}";

    /// <summary>Everything that the client has measured until now.</summary>
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
/// <param name="Name">Of the instrument.</param>
/// <param name="Unit">Of the instrument.</param>
/// <param name="Type">What OpenTelemetry makes of it.</param>
/// <param name="Tags">By key.</param>
/// <param name="Value">The sum, or the last value; of a histogram how many were recorded.</param>
internal sealed record Collected(string Name, string Unit, MetricType Type, IReadOnlyDictionary<string, string> Tags, double Value)
{
    public override string ToString() => $"{Name}{{{string.Join(", ", Tags.Where(static tag => tag.Key is not ("ime.client.name" or "server.address")).Select(static tag => $"{tag.Key}={tag.Value}"))}}} = {Value}";
}
