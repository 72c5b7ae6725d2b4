using HedgeTech.Ime.Shared;
using Newtonsoft.Json;

namespace HedgeTech.Ime.Benchmarks.Reading;

// The same classes as for System.Text.Json, with the attributes of Newtonsoft.Json.
internal sealed record NewtonsoftMessage(
    [property: JsonProperty("channel")] string Channel,
    [property: JsonProperty("contractName")] string? ContractName,
    [property: JsonProperty(nameof(NewtonsoftMessage.ContractId))] string? ContractId,
    [property: JsonProperty("timestamp")] DateTime Timestamp,
    [property: JsonProperty("data")] NewtonsoftData Data)
{
    public MarketSnapshot ToSnapshot() => new Message(Channel, ContractName, ContractId, Timestamp, Data.ToData()).ToSnapshot();
}

internal sealed record NewtonsoftData(
    Dictionary<string, NewtonsoftLevel> BestLimit,
    NewtonsoftAggregate Aggregate,
    MessageRange AllowedPriceRange,
    NewtonsoftInfo ContractInfo)
{
    public MessageData ToData() => new(
        BestLimit.ToDictionary(static level => level.Key, static level => new MessageLevel(level.Value.BuyQuantity, level.Value.BuyPrice, level.Value.SellQuantity, level.Value.SellPrice)),
        Aggregate.ToAggregate(),
        AllowedPriceRange,
        new MessageInfo(ContractInfo.OpenInterest, ContractInfo.OpenInterestChanges));
}

internal sealed record NewtonsoftLevel(
    [property: JsonProperty("buy_quantity")] long BuyQuantity,
    [property: JsonProperty("buy_price")] decimal BuyPrice,
    [property: JsonProperty("sell_quantity")] long SellQuantity,
    [property: JsonProperty("sell_price")] decimal SellPrice);

internal sealed record NewtonsoftAggregate(
    [property: JsonProperty("date")] string Date,
    [property: JsonProperty("time")] string Time,
    [property: JsonProperty("trade_count")] long TradeCount,
    [property: JsonProperty("total_volume")] long TotalVolume,
    [property: JsonProperty("total_value")] long TotalValue,
    [property: JsonProperty("closing_price")] decimal ClosingPrice,
    [property: JsonProperty("last_price")] decimal LastPrice,
    [property: JsonProperty("low_price")] decimal LowPrice,
    [property: JsonProperty("high_price")] decimal HighPrice,
    [property: JsonProperty("open_price")] decimal OpenPrice,
    [property: JsonProperty("previous_close")] decimal PreviousClose)
{
    public MessageAggregate ToAggregate() =>
        new(Date, Time, TradeCount, TotalVolume, TotalValue, ClosingPrice, LastPrice, LowPrice, HighPrice, OpenPrice, PreviousClose);
}

internal sealed record NewtonsoftInfo(
    [property: JsonProperty("open_interest")] long OpenInterest,
    [property: JsonProperty("open_interest_changes")] long OpenInterestChanges);
