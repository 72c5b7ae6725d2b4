using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using HedgeTech.Ime.Shared;
using Newtonsoft.Json;

namespace HedgeTech.Ime.Benchmarks.Reading;

/// <summary>Compares the reader of snapshots with a pass over the JSON tokens alone, and with the code that a user would write without the library.</summary>
[MemoryDiagnoser]
public class ReadingBenchmarks
{
    private byte[][] _messages = [];

    public static IEnumerable<string> Forms => Messages.Forms;

    [ParamsSource(nameof(Forms))]
    public string Form { get; set; } = "documented";

    [GlobalSetup]
    public void Setup() => _messages = Messages.Of(Form);

    [Benchmark(Baseline = true, OperationsPerInvoke = MarketCorpus.Size)]
    public int BareWalk()
    {
        int tokens = 0;
        foreach (byte[] message in _messages)
        {
            Utf8JsonReader reader = new(message);
            while (reader.Read())
            {
                tokens++;
            }
        }

        return tokens;
    }

    [Benchmark(OperationsPerInvoke = MarketCorpus.Size)]
    public long HedgeTechIme() => ReadAll(static message => MarketSnapshotSerializer.Deserialize(message).ContractInfo.OpenInterest);

    [Benchmark(OperationsPerInvoke = MarketCorpus.Size)]
    public long SourceGeneratedDto() => ReadAll(static message => Message.Read(message).ToSnapshot().ContractInfo.OpenInterest);

    [Benchmark(OperationsPerInvoke = MarketCorpus.Size)]
    public long ReflectionDto() => ReadAll(static message => System.Text.Json.JsonSerializer.Deserialize<Message>(message)!.ToSnapshot().ContractInfo.OpenInterest);

    [Benchmark(OperationsPerInvoke = MarketCorpus.Size)]
    public long NewtonsoftDto() =>
        ReadAll(static message => JsonConvert.DeserializeObject<NewtonsoftMessage>(Encoding.UTF8.GetString(message))!.ToSnapshot().ContractInfo.OpenInterest);

    [Benchmark(OperationsPerInvoke = MarketCorpus.Size)]
    public long JsonDocumentFields() => ReadAll(static message =>
    {
        using JsonDocument document = JsonDocument.Parse(message);
        JsonElement data = document.RootElement.GetProperty("data");
        decimal sum = 0;
        foreach (JsonProperty level in data.GetProperty("BestLimit").EnumerateObject())
        {
            sum += level.Value.GetProperty("buy_price").GetDecimal() + level.Value.GetProperty("sell_price").GetDecimal();
        }

        return (long)(sum + data.GetProperty("Aggregate").GetProperty("last_price").GetDecimal());
    });

    private long ReadAll(Func<byte[], long> read)
    {
        long sum = 0;
        foreach (byte[] message in _messages)
        {
            sum += read(message);
        }

        return sum;
    }
}
