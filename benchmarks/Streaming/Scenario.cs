namespace HedgeTech.Ime.Benchmarks.Streaming;

/// <summary>A comparison: the messages, the clients, and the client that is the baseline.</summary>
internal sealed record Scenario(string Name, string Title, IReadOnlyList<Case> Cases, string Baseline, int Rate = 0, int Burst = 1)
{
    private static readonly string[] Everyone =
        ["discard", "bare-socket", "sdk", "sdk-pool", "sdk-events", "sdk-latest", "sdk-two-lines", "sdk-listened", "socket-dto", "websocket.client-dto", "websocket.client-dto-text"];

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("saturated", "At full speed", Of(Everyone), "discard"),
        new("paced", "2,000 messages per second", Of(Everyone), "websocket.client-dto", Rate: 2000),
        new("bursts", "2,000 messages per second, in bursts of 50", Of(Everyone), "websocket.client-dto", Rate: 2000, Burst: 50),
        new("recorded", "Recorded, at full speed", Of(["sdk", "sdk-written", "sdk-recorded", "sdk-sealed", "replay"]), "sdk"),
        new("recorded-paced", "Recorded, 2,000 messages per second", Of(["sdk", "sdk-written", "sdk-recorded", "sdk-recorded-at-once", "sdk-sealed"]), "sdk", Rate: 2000),
        new("contracts", "At full speed, by the number of contracts", [.. new[] { 1, 100, 1000, 10_000 }.Select(static count => new Case(count == 1 ? "1 contract" : $"{count} contracts", "sdk", count))], "100 contracts"),
        new("connections", "20 contracts, at full speed, by the number of connections", [.. new[] { 1, 2, 5, 10, 20 }.Select(static count => new Case(count == 1 ? "1 connection" : $"{count} connections", "sdk", 20, count))], "1 connection"),
        new("transport", "At full speed, over TLS and compressed", [.. new[] { "discard", "sdk", "websocket.client-dto" }.SelectMany(static client => Enum.GetValues<Transport>().Select(transport => new Case(transport == Transport.Plain ? client : $"{client}, {transport.ToString().ToLowerInvariant()}", client, Transport: transport)))], "discard"),
    ];

    private static IReadOnlyList<Case> Of(IEnumerable<string> clients) => [.. clients.Select(static client => new Case(client, client))];
}

/// <summary>One case of a comparison.</summary>
internal sealed record Case(string Label, string Client, int Contracts = 10, int Connections = 1, Transport Transport = Transport.Plain);

/// <summary>The layer between the socket and the frames.</summary>
internal enum Transport
{
    /// <summary>No layer.</summary>
    Plain,

    /// <summary>TLS encryption.</summary>
    Tls,

    /// <summary>Compression of the messages (permessage-deflate).</summary>
    Deflate,
}
