using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using HedgeTech.Ime.Tests.Json;

namespace HedgeTech.Ime.Tests.Serialization;

/// <summary>Writes snapshots and events with System.Text.Json and reads them back.</summary>
public sealed class RoundTripTests
{
    private static readonly DateTimeOffset Moment = new(2026, 1, 3, 10, 0, 0, TimeSpan.Zero);

    private static readonly ContractSet Contracts = [ContractKey.Name("قرارداد"), ContractKey.Id("276")];

    public static TheoryData<FeedEvent> Events => new()
    {
        new MarketSnapshot { Contract = ContractKey.Name("A"), ReceivedAt = Moment, Frame = new byte[] { 1, 2, 255 }, Channel = "Another" },
        new FeedConnected { ReceivedAt = Moment, Connection = 1, Contracts = Contracts },
        new FeedInterrupted
        {
            ReceivedAt = Moment.ToOffset(new TimeSpan(3, 30, 0)),
            Connection = 2,
            Contracts = Contracts,
            Reason = InterruptionReason.Refused,
            CloseStatus = (WebSocketCloseStatus)4001,
            HttpStatus = HttpStatusCode.Forbidden,
            Description = "\"no\" <b>\u001B",
        },
        new FeedInterrupted { Contracts = Contracts },
        new FeedResumed { ReceivedAt = Moment, Connection = 3, Contracts = Contracts, Reason = InterruptionReason.KeepAliveTimeout, Gap = new TimeSpan(1, 2, 3, 4, 5), Attempts = 6 },
        new FeedSilent { ReceivedAt = Moment, Connection = 4, Contracts = Contracts, Silence = TimeSpan.FromTicks(1) },
        new SnapshotsDropped { ReceivedAt = Moment, Count = long.MaxValue },
        new FrameRejected { ReceivedAt = Moment, Frame = new byte[] { 0, 128 }, Reason = "no JSON", ByteOffset = 1 },
    };

    [Theory]
    [MemberData(nameof(Events), DisableDiscoveryEnumeration = true)]
    public void Every_event_is_equal_after_a_round_trip_both_as_its_own_type_and_as_FeedEvent(FeedEvent happened)
    {
        foreach (JsonSerializerOptions options in (JsonSerializerOptions[])[JsonSerializerOptions.Default, JsonSerializerOptions.Web])
        {
            JsonSerializer.Deserialize(JsonSerializer.Serialize(happened, happened.GetType(), options), happened.GetType(), options).Should().Be(happened);
            JsonSerializer.Deserialize<FeedEvent>(JsonSerializer.Serialize(happened, options), options).Should().Be(happened);
            JsonSerializer.Deserialize<FeedEvent[]>(JsonSerializer.Serialize<FeedEvent[]>([happened, happened], options), options).Should().Equal(happened, happened);
        }
    }

    [Fact]
    public void Every_type_of_event_is_in_the_round_trip_tests() =>
        Events.Select(static row => row.Data.GetType()).Distinct().Should().BeEquivalentTo(typeof(FeedEvent).Assembly.GetExportedTypes().Where(static type => type.IsSubclassOf(typeof(FeedEvent))));

    [Fact]
    public void Any_snapshot_is_equal_after_a_round_trip()
    {
        int seed = Environment.TickCount;
        SnapshotGenerator snapshots = new(new Random(seed));
        for (int i = 0; i < 5_000; i++)
        {
            MarketSnapshot snapshot = snapshots.Next() with { ReceivedAt = Moment.AddTicks(i) };
            string json = JsonSerializer.Serialize(snapshot);

            JsonSerializer.Deserialize<MarketSnapshot>(json).Should().Be(snapshot, "seed {0}, snapshot {1}: {2}", seed, i, json);
            JsonSerializer.Deserialize<FeedEvent>(JsonSerializer.Serialize<FeedEvent>(snapshot)).Should().Be(snapshot, "seed {0}, snapshot {1}", seed, i);
        }
    }

    [Fact]
    public void A_snapshot_is_written_as_readable_camel_case_JSON()
    {
        MarketSnapshot snapshot = new()
        {
            Contract = ContractKey.Name("SAFAB03"),
            Timestamp = new DateTimeOffset(2026, 1, 3, 10, 0, 0, new TimeSpan(3, 30, 0)),
            BestLimit = new BestLimit(new BestLimitLevel(4, 80800, 5, 81001), default, default),
            Aggregate = new Aggregate { Date = new DateOnly(2026, 1, 3), Time = new TimeOnly(9, 59, 59), LastPrice = 80900.5m, TradeCount = 7 },
            Unavailable = SnapshotFields.PreviousClose | SnapshotFields.OpenInterest,
        };

        JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize<FeedEvent>(snapshot));

        json.RootElement.EnumerateObject().Select(static member => member.Name).Should().Equal(
            "type", "contract", "timestamp", "lastPrice", "bestBid", "bestAsk", "spread", "midPrice", "changeFromPreviousClose", "bestLimit", "aggregate", "allowedPriceRange", "contractInfo", "unavailable");
        Raw("type").Should().Be("\"MarketSnapshot\"");
        Raw("contract").Should().Be("{\"name\":\"SAFAB03\"}");
        Raw("lastPrice").Should().Be("80900.5");
        Raw("spread").Should().Be("201");
        Raw("changeFromPreviousClose").Should().Be("null");
        json.RootElement.GetProperty("bestLimit")[0].GetRawText().Should().Be("{\"bidQuantity\":4,\"bidPrice\":80800,\"askQuantity\":5,\"askPrice\":81001}");
        json.RootElement.GetProperty("aggregate").GetProperty("previousClose").ValueKind.Should().Be(JsonValueKind.Null);
        json.RootElement.GetProperty("aggregate").GetProperty("date").GetString().Should().Be("2026-01-03");
        Raw("unavailable").Should().Be("[\"PreviousClose\",\"OpenInterest\"]");

        string Raw(string name) => json.RootElement.GetProperty(name).GetRawText();
    }

    [Fact]
    public void An_exception_is_written_as_its_message_and_read_as_null()
    {
        FeedInterrupted interrupted = new() { Contracts = Contracts, Exception = new TimeoutException("it took too long", new InvalidOperationException("inner")) };

        string json = JsonSerializer.Serialize(interrupted);

        json.Should().Contain("\"exception\":\"it took too long\"").And.NotContain("inner");
        JsonSerializer.Deserialize<FeedInterrupted>(json).Should().Be(interrupted with { Exception = null });
    }

    [Fact]
    public void A_bar_and_a_set_of_contracts_are_equal_after_a_round_trip()
    {
        Bar bar = new() { Contract = ContractKey.Id("276"), Start = Moment, Interval = TimeSpan.FromMinutes(5), Open = 1, High = 3, Low = 0.5m, Close = 2, Volume = 9, IsComplete = true };

        JsonSerializer.Deserialize<Bar>(JsonSerializer.Serialize(bar)).Should().Be(bar);
        JsonSerializer.Serialize(Contracts).Should().Be("[{\"name\":\"\\u0642\\u0631\\u0627\\u0631\\u062F\\u0627\\u062F\"},{\"id\":\"276\"}]");
        (JsonSerializer.Deserialize<ContractSet>(JsonSerializer.Serialize(Contracts)) == Contracts).Should().BeTrue();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"type\":7}")]
    [InlineData("{\"type\":\"FeedEvent\"}")]
    [InlineData("{\"type\":\"MarketSnapshot\"}")]
    [InlineData("{\"type\":\"MarketSnapshot\",\"contract\":{}}")]
    [InlineData("{\"type\":\"MarketSnapshot\",\"contract\":{\"name\":\"A\"},\"bestLimit\":7}")]
    [InlineData("{\"type\":\"MarketSnapshot\",\"contract\":{\"name\":\"A\"},\"aggregate\":{\"lastPrice\":1e40}}")]
    [InlineData("{\"type\":\"MarketSnapshot\",\"contract\":{\"name\":\"A\"},\"unavailable\":[\"Everything\"]}")]
    [InlineData("{\"type\":\"FeedConnected\",\"connection\":1,\"contracts\":[]}")]
    [InlineData("{\"type\":\"FeedSilent\",\"connection\":1,\"contracts\":[{\"name\":\"A\"}],\"silence\":\"long\"}")]
    public void JSON_that_is_not_an_event_is_refused_with_a_JsonException(string json)
    {
        Func<FeedEvent?> read = () => JsonSerializer.Deserialize<FeedEvent>(json);

        if (json == "null")
        {
            read().Should().BeNull();
        }
        else
        {
            read.Should().Throw<JsonException>();
        }
    }

    [Fact]
    public void An_event_of_another_type_is_refused() =>
        this.Invoking(static _ => JsonSerializer.Deserialize<FeedConnected>("{\"type\":\"SnapshotsDropped\",\"count\":1}")).Should().Throw<JsonException>().WithMessage("*SnapshotsDropped*FeedConnected*");

    [Theory]
    [InlineData("{\"type\":\"a\\u001B[2J\"}")]
    [InlineData("{\"type\":\"FeedResumed\",\"connection\":1,\"contracts\":[{\"name\":\"A\"}],\"reason\":\"b\\u001B[2J\"}")]
    public void Text_from_outside_cannot_control_a_terminal_through_the_exception(string json) =>
        this.Invoking(_ => JsonSerializer.Deserialize<FeedEvent>(json)).Should().Throw<JsonException>().Which.ToString().Should().NotContain("\u001B");

    [Fact]
    public void A_field_that_a_snapshot_lacks_is_unavailable()
    {
        MarketSnapshot read = JsonSerializer.Deserialize<MarketSnapshot>("{\"contract\":{\"id\":\"7\"},\"aggregate\":{\"lastPrice\":5,\"more\":[]},\"more\":1}")!;

        read.Contract.Should().Be(ContractKey.Id("7"));
        read.LastPrice.Should().Be(5);
        (read.Unavailable & (SnapshotFields.Timestamp | SnapshotFields.BidPrice3 | SnapshotFields.OpenInterest)).Should().Be(SnapshotFields.Timestamp | SnapshotFields.BidPrice3 | SnapshotFields.OpenInterest);
        (read.Unavailable & SnapshotFields.LastPrice).Should().Be(SnapshotFields.None);
    }
}
