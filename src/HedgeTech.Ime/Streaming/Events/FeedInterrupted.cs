using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>Some contracts carry nothing from here on, until the <see cref="FeedResumed"/> of the same connection. One per outage.</summary>
[JsonConverter(typeof(FeedEventJsonConverter<FeedInterrupted>))]
public sealed record FeedInterrupted : FeedEvent
{
    /// <summary>The number of the connection within the feed, from 1; a reconnect keeps it.</summary>
    public int Connection { get; init; }

    /// <summary>The contracts that the connection carries.</summary>
    public required ContractSet Contracts { get; init; }

    /// <summary>Why.</summary>
    public InterruptionReason Reason { get; init; }

    /// <summary>The status of the server's close frame; null where there was none.</summary>
    public WebSocketCloseStatus? CloseStatus { get; init; }

    /// <summary>The HTTP status of the failed handshake or login; null where there was none.</summary>
    public HttpStatusCode? HttpStatus { get; init; }

    /// <summary>What the server or the platform said of it.</summary>
    public string? Description { get; init; }

    /// <summary>The exception behind it; null where there was none.</summary>
    public Exception? Exception { get; init; }

    /// <summary>One line: what is down, why, and what was said of it; never the exception's stack.</summary>
    public override string ToString()
    {
        string close = CloseStatus is { } closeStatus ? $", close status {(int)closeStatus}" : "";
        string http = HttpStatus is { } httpStatus ? $", HTTP {(int)httpStatus}" : "";
        return $"connection {Connection} interrupted: {Reason}{close}{http}, {Contracts}. {Description}".TrimEnd();
    }
}
