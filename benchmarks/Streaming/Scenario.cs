namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>A comparison: what is sent, who receives, and to whom the others are compared.</summary>
internal sealed record Scenario(string Name, string Title, IReadOnlyList<Case> Cases, string Baseline, int Rate = 0, int Burst = 1)
{
    private static readonly string[] Everyone =
        ["discard", "bare-socket", "sdk", "sdk-pool", "sdk-events", "sdk-latest", "sdk-two-lines", "sdk-listened", "socket-dto", "websocket.client-dto", "websocket.client-dto-text"];

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("saturated", "As fast as it goes", Of(Everyone), "discard"),
        new("paced", "2,000 messages a second", Of(Everyone), "websocket.client-dto", Rate: 2000),
        new("bursts", "2,000 messages a second, in bursts of 50", Of(Everyone), "websocket.client-dto", Rate: 2000, Burst: 50),
        new("recorded", "Recorded, as fast as it goes", Of(["sdk", "sdk-recorded", "sdk-sealed"]), "sdk"),
        new("recorded-paced", "Recorded, 2,000 messages a second", Of(["sdk", "sdk-recorded", "sdk-sealed"]), "sdk", Rate: 2000),
        new("contracts", "As fast as it goes, by the number of contracts", [.. new[] { 1, 100, 1000, 10_000 }.Select(static count => new Case(count == 1 ? "1 contract" : $"{count} contracts", "sdk", count))], "100 contracts"),
        new("connections", "20 contracts, as fast as it goes, by the number of connections", [.. new[] { 1, 2, 5, 10, 20 }.Select(static count => new Case(count == 1 ? "1 connection" : $"{count} connections", "sdk", 20, count))], "1 connection"),
        new("transport", "As fast as it goes, over TLS and compressed", [.. new[] { "discard", "sdk", "websocket.client-dto" }.SelectMany(static client => Enum.GetValues<Transport>().Select(transport => new Case(transport == Transport.Plain ? client : $"{client}, {transport.ToString().ToLowerInvariant()}", client, Transport: transport)))], "discard"),
    ];

    private static IReadOnlyList<Case> Of(IEnumerable<string> clients) => [.. clients.Select(static client => new Case(client, client))];
}

/// <summary>One of those that are compared.</summary>
internal sealed record Case(string Label, string Client, int Contracts = 10, int Connections = 1, Transport Transport = Transport.Plain);

/// <summary>What lies between the socket and the frames.</summary>
internal enum Transport
{
    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>TLS.</summary>
    Tls,

    /// <summary>The messages are compressed (permessage-deflate).</summary>
    Deflate,
}
