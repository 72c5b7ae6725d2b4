using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace HedgeTech.Ime.Benchmarks;

/// <summary>Reading one message into a snapshot, against a bare walk over its tokens.</summary>
[MemoryDiagnoser]
public class ReadingBenchmarks
{
    private byte[] _message = [];

    [GlobalSetup]
    public void Setup()
    {
        BestLimitLevel level = new(12, 792_600m, 7, 792_700m);
        MarketSnapshot snapshot = new()
        {
            Contract = ContractKey.Name("SAFAB03"),
            Timestamp = new DateTimeOffset(2024, 11, 18, 12, 30, 15, 123, TimeSpan.FromMinutes(210)),
            BestLimit = new BestLimit(level, level, level),
            Aggregate = new Aggregate
            {
                Date = new DateOnly(2024, 11, 18),
                Time = new TimeOnly(12, 30, 14),
                TradeCount = 915,
                TotalVolume = 7304,
                TotalValue = 578_979_609_600,
                ClosingPrice = 792_688.4m,
                LastPrice = 792_700m,
                LowPrice = 788_000m,
                HighPrice = 796_000m,
                OpenPrice = 790_000m,
                PreviousClose = 789_100m,
            },
            AllowedPriceRange = new AllowedPriceRange(749_645m, 828_555m),
            ContractInfo = new ContractInfo(12_500, -50),
        };
        ArrayBufferWriter<byte> output = new();
        MarketSnapshotSerializer.Serialize(snapshot, output);
        _message = output.WrittenSpan.ToArray();
    }

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
    public MarketSnapshot Deserialize() => MarketSnapshotSerializer.Deserialize(_message);
}
