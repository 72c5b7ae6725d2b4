namespace HedgeTech.Ime.Json;

/// <summary>The documented message: every name on the wire, in the documented order. Readers and serializer all use this schema.</summary>
internal static class WireSchema
{
    /// <summary>The timestamp, at the top level of the message.</summary>
    internal static readonly WireMember Timestamp = new("timestamp"u8, SnapshotFields.Timestamp, WireType.Timestamp);

    /// <summary>Every other field of a snapshot.</summary>
    internal static readonly WireSection Data = new(
        "data"u8,
        new WireSection("BestLimit"u8, Level("1"u8, 1), Level("2"u8, 2), Level("3"u8, 3)),
        new WireSection(
            "Aggregate"u8,
            new WireMember("date"u8, SnapshotFields.Date, WireType.Date),
            new WireMember("time"u8, SnapshotFields.Time, WireType.Time),
            new WireMember("trade_count"u8, SnapshotFields.TradeCount, WireType.Integer),
            new WireMember("total_volume"u8, SnapshotFields.TotalVolume, WireType.Integer),
            new WireMember("total_value"u8, SnapshotFields.TotalValue, WireType.Integer),
            new WireMember("closing_price"u8, SnapshotFields.ClosingPrice, WireType.Decimal),
            new WireMember("last_price"u8, SnapshotFields.LastPrice, WireType.Decimal),
            new WireMember("low_price"u8, SnapshotFields.LowPrice, WireType.Decimal),
            new WireMember("high_price"u8, SnapshotFields.HighPrice, WireType.Decimal),
            new WireMember("open_price"u8, SnapshotFields.OpenPrice, WireType.Decimal),
            new WireMember("previous_close"u8, SnapshotFields.PreviousClose, WireType.Decimal)),
        new WireSection(
            "AllowedPriceRange"u8,
            new WireMember("minAllowedPrice"u8, SnapshotFields.MinAllowedPrice, WireType.Decimal),
            new WireMember("maxAllowedPrice"u8, SnapshotFields.MaxAllowedPrice, WireType.Decimal)),
        new WireSection(
            "ContractInfo"u8,
            new WireMember("open_interest"u8, SnapshotFields.OpenInterest, WireType.Integer),
            new WireMember("open_interest_changes"u8, SnapshotFields.OpenInterestChange, WireType.Integer)));

    /// <summary>Every field that a message can set.</summary>
    internal static readonly SnapshotFields Fields = Timestamp.Field | Data.Fields;

    /// <summary>The fields that are integers.</summary>
    internal static readonly SnapshotFields IntegerFields = Data.FieldsOf(WireType.Integer);

    /// <summary>The fields that are decimals.</summary>
    internal static readonly SnapshotFields DecimalFields = Data.FieldsOf(WireType.Decimal);

    /// <summary>The number of <see cref="IntegerFields"/>.</summary>
    internal const int IntegerCount = 11;

    /// <summary>The number of <see cref="DecimalFields"/>.</summary>
    internal const int DecimalCount = 14;

    /// <summary>The number of bits for one level of the order book. The bits of the next level follow.</summary>
    internal const int FieldsPerLevel = 4;

    /// <summary>The member that says what kind of message it is.</summary>
    internal static ReadOnlySpan<byte> Channel => "channel"u8;

    /// <summary>The channel of every snapshot.</summary>
    internal static ReadOnlySpan<byte> SnapshotChannel => QuotedSnapshotChannel[1..^1];

    /// <inheritdoc cref="SnapshotChannel"/>
    internal static ReadOnlySpan<byte> QuotedSnapshotChannel => "\"IME Stream\""u8;

    /// <summary>The member that identifies the contract in messages of the endpoint by name.</summary>
    internal static ReadOnlySpan<byte> ContractName => "contractName"u8;

    /// <summary>The member that identifies the contract in messages of the endpoint by id.</summary>
    internal static ReadOnlySpan<byte> ContractId => "ContractId"u8;

    /// <summary>The field of another level that corresponds to this field of level 1.</summary>
    internal static SnapshotFields OnLevel(this SnapshotFields field, int level) => (SnapshotFields)((uint)field << (FieldsPerLevel * (level - 1)));

    private static WireSection Level(ReadOnlySpan<byte> name, int level) => new(
        name,
        new WireMember("buy_quantity"u8, SnapshotFields.BidQuantity1.OnLevel(level), WireType.Integer),
        new WireMember("buy_price"u8, SnapshotFields.BidPrice1.OnLevel(level), WireType.Decimal),
        new WireMember("sell_quantity"u8, SnapshotFields.AskQuantity1.OnLevel(level), WireType.Integer),
        new WireMember("sell_price"u8, SnapshotFields.AskPrice1.OnLevel(level), WireType.Decimal));
}
