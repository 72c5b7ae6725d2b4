using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>A connection was interrupted: its contracts deliver nothing until the <see cref="FeedResumed"/> of the same connection. There is one such event per outage.</summary>
[JsonConverter(typeof(FeedEventJsonConverter<FeedInterrupted>))]
public sealed record FeedInterrupted : FeedEvent
{
    /// <summary>The number of the connection within the feed, from 1. It stays the same across reconnects.</summary>
    public int Connection { get; init; }

    /// <summary>The contracts of the connection.</summary>
    public required ContractSet Contracts { get; init; }

    /// <summary>The reason of the interruption.</summary>
    public InterruptionReason Reason { get; init; }

    /// <summary>The status of the server's close frame; null if there was none.</summary>
    public WebSocketCloseStatus? CloseStatus { get; init; }

    /// <summary>The HTTP status of the failed handshake or login; null if there was none.</summary>
    public HttpStatusCode? HttpStatus { get; init; }

    /// <summary>The explanation by the server or the platform.</summary>
    public string? Description { get; init; }

    /// <summary>The exception that caused the interruption; null if there was none.</summary>
    public Exception? Exception { get; init; }

    /// <summary>One line: the connection, the reason, the contracts and the description, without the stack of the exception.</summary>
    public override string ToString()
    {
        string close = CloseStatus is { } closeStatus ? $", close status {(int)closeStatus}" : "";
        string http = HttpStatus is { } httpStatus ? $", HTTP {(int)httpStatus}" : "";
        return $"connection {Connection} interrupted: {Reason}{close}{http}, {Contracts}. {Description}".TrimEnd();
    }
}
