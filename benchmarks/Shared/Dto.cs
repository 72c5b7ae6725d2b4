using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HedgeTech.Ime.Shared;

// The code that a user would write without the library: classes for the wire, and generated readers of System.Text.Json.
internal sealed record Message(
    [property: JsonPropertyName("channel")] string Channel,
    [property: JsonPropertyName("contractName")] string? ContractName,
    [property: JsonPropertyName("ContractId")] string? ContractId,
    [property: JsonPropertyName("timestamp")] DateTime Timestamp,
    [property: JsonPropertyName("data")] MessageData Data)
{
    private static readonly TimeSpan Tehran = new(3, 30, 0);

    public DateTimeOffset SentAt => new(Timestamp, Tehran);

    public static Message Read(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize(utf8, MessageContext.Default.Message)!;

    public static Message Read(string text) => JsonSerializer.Deserialize(text, MessageContext.Default.Message)!;

    /// <summary>The values that an application would use. The date stays text, because converting a Jalali date with the platform would cost more than everything else.</summary>
    public MarketSnapshot ToSnapshot() => new()
    {
        Contract = ContractName is null ? ContractKey.Id(ContractId!) : ContractKey.Name(ContractName),
        Timestamp = SentAt,
        BestLimit = new BestLimit(Data.BestLimit["1"].ToLevel(), Data.BestLimit["2"].ToLevel(), Data.BestLimit["3"].ToLevel()),
        Aggregate = new Aggregate
        {
            Time = TimeOnly.Parse(Data.Aggregate.Time, CultureInfo.InvariantCulture),
            TradeCount = Data.Aggregate.TradeCount,
            TotalVolume = Data.Aggregate.TotalVolume,
            TotalValue = Data.Aggregate.TotalValue,
            ClosingPrice = Data.Aggregate.ClosingPrice,
            LastPrice = Data.Aggregate.LastPrice,
            LowPrice = Data.Aggregate.LowPrice,
            HighPrice = Data.Aggregate.HighPrice,
            OpenPrice = Data.Aggregate.OpenPrice,
            PreviousClose = Data.Aggregate.PreviousClose,
        },
        AllowedPriceRange = new AllowedPriceRange(Data.AllowedPriceRange.MinAllowedPrice, Data.AllowedPriceRange.MaxAllowedPrice),
        ContractInfo = new ContractInfo(Data.ContractInfo.OpenInterest, Data.ContractInfo.OpenInterestChanges),
    };
}

internal sealed record MessageData(
    Dictionary<string, MessageLevel> BestLimit,
    MessageAggregate Aggregate,
    MessageRange AllowedPriceRange,
    MessageInfo ContractInfo);

internal sealed record MessageLevel(
    [property: JsonPropertyName("buy_quantity")] long BuyQuantity,
    [property: JsonPropertyName("buy_price")] decimal BuyPrice,
    [property: JsonPropertyName("sell_quantity")] long SellQuantity,
    [property: JsonPropertyName("sell_price")] decimal SellPrice)
{
    public BestLimitLevel ToLevel() => new(BuyQuantity, BuyPrice, SellQuantity, SellPrice);
}

internal sealed record MessageAggregate(
    [property: JsonPropertyName("date")] string Date,
    [property: JsonPropertyName("time")] string Time,
    [property: JsonPropertyName("trade_count")] long TradeCount,
    [property: JsonPropertyName("total_volume")] long TotalVolume,
    [property: JsonPropertyName("total_value")] long TotalValue,
    [property: JsonPropertyName("closing_price")] decimal ClosingPrice,
    [property: JsonPropertyName("last_price")] decimal LastPrice,
    [property: JsonPropertyName("low_price")] decimal LowPrice,
    [property: JsonPropertyName("high_price")] decimal HighPrice,
    [property: JsonPropertyName("open_price")] decimal OpenPrice,
    [property: JsonPropertyName("previous_close")] decimal PreviousClose);

internal sealed record MessageRange(
    [property: JsonPropertyName("minAllowedPrice")] decimal MinAllowedPrice,
    [property: JsonPropertyName("maxAllowedPrice")] decimal MaxAllowedPrice);

internal sealed record MessageInfo(
    [property: JsonPropertyName("open_interest")] long OpenInterest,
    [property: JsonPropertyName("open_interest_changes")] long OpenInterestChanges);

[JsonSerializable(typeof(Message))]
internal sealed partial class MessageContext : JsonSerializerContext;
