using System.Text.Json;
using System.Text.Json.Serialization;

namespace HedgeTech.Ime.Hosting.Tests.Serialization;

/// <summary>An application that is compiled to native code has its own serializer context. The converters must be public for such a context.</summary>
public sealed partial class EndpointTests
{
    [Fact]
    public void Snapshots_and_events_serialize_in_an_application_without_reflection()
    {
        FeedEvent happened = new FeedConnected { Connection = 1, Contracts = [ContractKey.Name("A")] };
        MarketSnapshot snapshot = new() { Contract = ContractKey.Name("A"), Aggregate = new Aggregate { LastPrice = 5 } };

        string json = JsonSerializer.Serialize(happened, EndpointContext.Default.FeedEvent);

        json.Should().Be("""{"type":"FeedConnected","connection":1,"contracts":[{"name":"A"}]}""");
        JsonSerializer.Deserialize(json, EndpointContext.Default.FeedEvent).Should().Be(happened);
        JsonSerializer.Deserialize(JsonSerializer.Serialize(snapshot, EndpointContext.Default.MarketSnapshot), EndpointContext.Default.MarketSnapshot).Should().Be(snapshot);
    }

    [JsonSerializable(typeof(Bar))]
    [JsonSerializable(typeof(ContractSet))]
    [JsonSerializable(typeof(FeedEvent))]
    [JsonSerializable(typeof(MarketSnapshot))]
    private sealed partial class EndpointContext : JsonSerializerContext;
}
