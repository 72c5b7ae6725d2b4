using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace HedgeTech.Ime.Serialization;

/// <summary>Reads and writes snapshots as JSON: their properties, null where a value is unavailable, and for display also what is computed from them.</summary>
internal static class SnapshotJson
{
    private const string DateFormat = "yyyy-MM-dd";
    private const string TimeFormat = "HH:mm:ss.FFFFFFF";

    public static void WriteMembers(Utf8JsonWriter writer, MarketSnapshot snapshot)
    {
        SnapshotFields unavailable = snapshot.Unavailable;
        if (snapshot.Channel != MarketSnapshot.DocumentedChannel)
        {
            writer.WriteString("channel", snapshot.Channel);
        }

        writer.WritePropertyName("contract");
        ContractJson.Write(writer, snapshot.Contract);
        if ((unavailable & SnapshotFields.Timestamp) == 0)
        {
            writer.WriteString("timestamp", snapshot.Timestamp);
        }
        else
        {
            writer.WriteNull("timestamp");
        }

        EventJson.WriteReceivedAt(writer, snapshot);
        WritePrice(writer, "lastPrice", snapshot.LastPrice);
        WritePrice(writer, "bestBid", snapshot.BestBid);
        WritePrice(writer, "bestAsk", snapshot.BestAsk);
        WritePrice(writer, "spread", snapshot.Spread);
        WritePrice(writer, "midPrice", snapshot.MidPrice);
        WritePrice(writer, "changeFromPreviousClose", snapshot.ChangeFromPreviousClose);
        WriteBook(writer, snapshot);
        WriteAggregate(writer, snapshot.Aggregate, unavailable);

        writer.WriteStartObject("allowedPriceRange");
        WritePrice(writer, "minimum", snapshot.AllowedPriceRange.Minimum, unavailable, SnapshotFields.MinAllowedPrice);
        WritePrice(writer, "maximum", snapshot.AllowedPriceRange.Maximum, unavailable, SnapshotFields.MaxAllowedPrice);
        writer.WriteEndObject();

        writer.WriteStartObject("contractInfo");
        WriteCount(writer, "openInterest", snapshot.ContractInfo.OpenInterest, unavailable, SnapshotFields.OpenInterest);
        WriteCount(writer, "openInterestChange", snapshot.ContractInfo.OpenInterestChange, unavailable, SnapshotFields.OpenInterestChange);
        writer.WriteEndObject();

        WriteUnavailable(writer, unavailable);
        if (!snapshot.Frame.IsEmpty)
        {
            writer.WriteBase64String("frame", snapshot.Frame.Span);
        }
    }

    public static MarketSnapshot Read(JsonElement json)
    {
        SnapshotFields unavailable = ReadUnavailable(json);
        Part root = new(json);
        Part aggregate = root.Below("aggregate");
        Part range = root.Below("allowedPriceRange");
        Part info = root.Below("contractInfo");
        return new MarketSnapshot
        {
            Channel = root.Text("channel") ?? MarketSnapshot.DocumentedChannel,
            Contract = ContractJson.ReadKey(json.GetProperty("contract")),
            Timestamp = root.Has("timestamp", SnapshotFields.Timestamp, ref unavailable) ? json.GetProperty("timestamp").GetDateTimeOffset() : default,
            ReceivedAt = EventJson.ReceivedAt(json),
            BestLimit = new BestLimit(ReadLevel(root, 1, ref unavailable), ReadLevel(root, 2, ref unavailable), ReadLevel(root, 3, ref unavailable)),
            Aggregate = new Aggregate
            {
                Date = aggregate.Text("date") is { } date ? DateOnly.ParseExact(date, DateFormat, CultureInfo.InvariantCulture) : null,
                Time = aggregate.Text("time") is { } time ? TimeOnly.ParseExact(time, TimeFormat, CultureInfo.InvariantCulture) : null,
                TradeCount = aggregate.Count("tradeCount", SnapshotFields.TradeCount, ref unavailable),
                TotalVolume = aggregate.Count("totalVolume", SnapshotFields.TotalVolume, ref unavailable),
                TotalValue = aggregate.Count("totalValue", SnapshotFields.TotalValue, ref unavailable),
                ClosingPrice = aggregate.Price("closingPrice", SnapshotFields.ClosingPrice, ref unavailable),
                LastPrice = aggregate.Price("lastPrice", SnapshotFields.LastPrice, ref unavailable),
                LowPrice = aggregate.Price("lowPrice", SnapshotFields.LowPrice, ref unavailable),
                HighPrice = aggregate.Price("highPrice", SnapshotFields.HighPrice, ref unavailable),
                OpenPrice = aggregate.Price("openPrice", SnapshotFields.OpenPrice, ref unavailable),
                PreviousClose = aggregate.Price("previousClose", SnapshotFields.PreviousClose, ref unavailable),
            },
            AllowedPriceRange = new AllowedPriceRange(
                range.Price("minimum", SnapshotFields.MinAllowedPrice, ref unavailable),
                range.Price("maximum", SnapshotFields.MaxAllowedPrice, ref unavailable)),
            ContractInfo = new ContractInfo(
                info.Count("openInterest", SnapshotFields.OpenInterest, ref unavailable),
                info.Count("openInterestChange", SnapshotFields.OpenInterestChange, ref unavailable)),
            Frame = json.TryGetProperty("frame", out JsonElement frame) ? frame.GetBytesFromBase64() : default,
            Unavailable = unavailable,
        };
    }

    private static void WriteBook(Utf8JsonWriter writer, MarketSnapshot snapshot)
    {
        writer.WriteStartArray("bestLimit");
        for (int number = 1; number <= snapshot.BestLimit.Count; number++)
        {
            BestLimitLevel level = snapshot.BestLimit[number];
            writer.WriteStartObject();
            WriteCount(writer, "bidQuantity", level.BidQuantity, snapshot.Unavailable, OfLevel(SnapshotFields.BidQuantity1, number));
            WritePrice(writer, "bidPrice", level.BidPrice, snapshot.Unavailable, OfLevel(SnapshotFields.BidPrice1, number));
            WriteCount(writer, "askQuantity", level.AskQuantity, snapshot.Unavailable, OfLevel(SnapshotFields.AskQuantity1, number));
            WritePrice(writer, "askPrice", level.AskPrice, snapshot.Unavailable, OfLevel(SnapshotFields.AskPrice1, number));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteAggregate(Utf8JsonWriter writer, in Aggregate day, SnapshotFields unavailable)
    {
        writer.WriteStartObject("aggregate");
        WriteText(writer, "date", day.Date?.ToString(DateFormat, CultureInfo.InvariantCulture));
        WriteText(writer, "time", day.Time?.ToString(TimeFormat, CultureInfo.InvariantCulture));
        WriteCount(writer, "tradeCount", day.TradeCount, unavailable, SnapshotFields.TradeCount);
        WriteCount(writer, "totalVolume", day.TotalVolume, unavailable, SnapshotFields.TotalVolume);
        WriteCount(writer, "totalValue", day.TotalValue, unavailable, SnapshotFields.TotalValue);
        WritePrice(writer, "closingPrice", day.ClosingPrice, unavailable, SnapshotFields.ClosingPrice);
        WritePrice(writer, "lastPrice", day.LastPrice, unavailable, SnapshotFields.LastPrice);
        WritePrice(writer, "lowPrice", day.LowPrice, unavailable, SnapshotFields.LowPrice);
        WritePrice(writer, "highPrice", day.HighPrice, unavailable, SnapshotFields.HighPrice);
        WritePrice(writer, "openPrice", day.OpenPrice, unavailable, SnapshotFields.OpenPrice);
        WritePrice(writer, "previousClose", day.PreviousClose, unavailable, SnapshotFields.PreviousClose);
        writer.WriteEndObject();
    }

    private static void WriteUnavailable(Utf8JsonWriter writer, SnapshotFields unavailable)
    {
        writer.WriteStartArray("unavailable");
        for (uint rest = (uint)unavailable; rest != 0; rest &= rest - 1)
        {
            writer.WriteStringValue(((SnapshotFields)(1u << BitOperations.TrailingZeroCount(rest))).ToString());
        }

        writer.WriteEndArray();
    }

    private static SnapshotFields ReadUnavailable(JsonElement json)
    {
        SnapshotFields unavailable = SnapshotFields.None;
        if (json.TryGetProperty("unavailable", out JsonElement fields))
        {
            foreach (JsonElement field in fields.EnumerateArray())
            {
                unavailable |= Enum.Parse<SnapshotFields>(field.GetString() ?? "");
            }
        }

        return unavailable;
    }

    private static BestLimitLevel ReadLevel(Part root, int number, ref SnapshotFields unavailable)
    {
        Part level = root.Below("bestLimit", number - 1);
        return new BestLimitLevel(
            level.Count("bidQuantity", OfLevel(SnapshotFields.BidQuantity1, number), ref unavailable),
            level.Price("bidPrice", OfLevel(SnapshotFields.BidPrice1, number), ref unavailable),
            level.Count("askQuantity", OfLevel(SnapshotFields.AskQuantity1, number), ref unavailable),
            level.Price("askPrice", OfLevel(SnapshotFields.AskPrice1, number), ref unavailable));
    }

    // The flags of each level are four bits above those of the previous level.
    private static SnapshotFields OfLevel(SnapshotFields ofFirst, int number) => (SnapshotFields)((uint)ofFirst << (4 * (number - 1)));

    private static void WriteText(Utf8JsonWriter writer, string name, string? value) => writer.WriteString(name, value);

    private static void WritePrice(Utf8JsonWriter writer, string name, decimal price, SnapshotFields unavailable, SnapshotFields field) =>
        WritePrice(writer, name, (unavailable & field) == 0 ? price : null);

    private static void WritePrice(Utf8JsonWriter writer, string name, decimal? price)
    {
        if (price is { } known)
        {
            writer.WriteNumber(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteCount(Utf8JsonWriter writer, string name, long count, SnapshotFields unavailable, SnapshotFields field)
    {
        if ((unavailable & field) == 0)
        {
            writer.WriteNumber(name, count);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>An object in the JSON, which may be missing. A member that is missing or null is unavailable.</summary>
    private readonly struct Part(JsonElement json)
    {
        public Part Below(string name) => Find(name, out JsonElement value) ? new Part(value) : default;

        public Part Below(string name, int index) => Find(name, out JsonElement values) && index < values.GetArrayLength() ? new Part(values[index]) : default;

        public string? Text(string name) => Find(name, out JsonElement value) ? value.GetString() : null;

        public long Count(string name, SnapshotFields field, ref SnapshotFields unavailable) =>
            Has(name, field, ref unavailable) ? json.GetProperty(name).GetInt64() : 0;

        public decimal Price(string name, SnapshotFields field, ref SnapshotFields unavailable) =>
            Has(name, field, ref unavailable) ? json.GetProperty(name).GetDecimal() : 0;

        public bool Has(string name, SnapshotFields field, ref SnapshotFields unavailable)
        {
            bool isThere = Find(name, out _);
            unavailable |= isThere ? SnapshotFields.None : field;
            return isThere;
        }

        private bool Find(string name, out JsonElement value)
        {
            value = default;
            return json.ValueKind != JsonValueKind.Undefined && json.ValueKind != JsonValueKind.Null && json.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
        }
    }
}
