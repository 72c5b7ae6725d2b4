using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>A handshake was accepted. The server subscribes a moment later: what is published in between does not arrive.</summary>
[JsonConverter(typeof(FeedEventJsonConverter<FeedConnected>))]
public sealed record FeedConnected : FeedEvent
{
    /// <summary>The number of the connection within the feed, from 1; a reconnect keeps it.</summary>
    public int Connection { get; init; }

    /// <summary>The contracts that the connection carries.</summary>
    public required ContractSet Contracts { get; init; }

    /// <summary>One line: what was connected.</summary>
    public override string ToString() => $"connection {Connection} accepted: {Contracts}";
}
