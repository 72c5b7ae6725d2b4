using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>The service accepted a connection. It subscribes the client a moment later, so what is published in between does not arrive.</summary>
[JsonConverter(typeof(FeedEventJsonConverter<FeedConnected>))]
public sealed record FeedConnected : FeedEvent
{
    /// <summary>The number of the connection within the feed, from 1. It stays the same across reconnects.</summary>
    public int Connection { get; init; }

    /// <summary>The contracts of the connection.</summary>
    public required ContractSet Contracts { get; init; }

    /// <summary>One line: the connection and its contracts.</summary>
    public override string ToString() => $"connection {Connection} accepted: {Contracts}";
}
