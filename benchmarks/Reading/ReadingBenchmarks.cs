using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using HedgeTech.Ime.Shared;
using Newtonsoft.Json;

namespace HedgeTech.Ime.Benchmarks.Reading;

/// <summary>Reading one message into a snapshot, against a bare walk over its tokens and against what a user would write instead.</summary>
[MemoryDiagnoser]
public class ReadingBenchmarks
{
    private byte[] _message = [];

    public static IEnumerable<string> Forms => Messages.Forms;

    [ParamsSource(nameof(Forms))]
    public string Form { get; set; } = "documented";

    [GlobalSetup]
    public void Setup() => _message = Messages.Of(Form);

    [Benchmark(Baseline = true)]
    public int BareWalk()
    {
        Utf8JsonReader reader = new(_message);
        int tokens = 0;
        while (reader.Read())
        {
            tokens++;
        }

        return tokens;
    }

    [Benchmark]
    public MarketSnapshot HedgeTechIme() => MarketSnapshotSerializer.Deserialize(_message);

    [Benchmark]
    public MarketSnapshot SourceGeneratedDto() => Message.Read(_message).ToSnapshot();

    [Benchmark]
    public MarketSnapshot ReflectionDto() => System.Text.Json.JsonSerializer.Deserialize<Message>(_message)!.ToSnapshot();

    [Benchmark]
    public MarketSnapshot NewtonsoftDto() => JsonConvert.DeserializeObject<NewtonsoftMessage>(Encoding.UTF8.GetString(_message))!.ToSnapshot();

    [Benchmark]
    public decimal JsonDocumentFields()
    {
        using JsonDocument document = JsonDocument.Parse(_message);
        JsonElement data = document.RootElement.GetProperty("data");
        decimal sum = 0;
        foreach (JsonProperty level in data.GetProperty("BestLimit").EnumerateObject())
        {
            sum += level.Value.GetProperty("buy_price").GetDecimal() + level.Value.GetProperty("sell_price").GetDecimal();
        }

        return sum + data.GetProperty("Aggregate").GetProperty("last_price").GetDecimal();
    }
}
