using System.Diagnostics;
using System.Net;

namespace HedgeTech.Ime.Testing;

/// <summary>A requested WebSocket handshake and its answer. Neither <see cref="ToString"/> nor the debugger shows the token.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record HandshakeRecord
{
    /// <summary>When the request arrived, by the simulator's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The address and port of the client.</summary>
    public required IPEndPoint? RemoteEndPoint { get; init; }

    /// <summary>The target of the request line as it was sent, percent-encoded: path and query.</summary>
    public required string Target { get; init; }

    /// <summary>The whole URL as it was sent.</summary>
    public required string Url { get; init; }

    /// <summary>The requested contracts in order, decoded as the service does it, with duplicates.</summary>
    public required IReadOnlyList<ContractKey> Contracts { get; init; }

    /// <summary>The headers, including the token. Names are compared without regard to case, and several values are joined by a comma.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The token without the scheme, a secret; null if there was none.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Token { get; init; }

    /// <summary>The status of the answer; 101 if the handshake was accepted.</summary>
    public required HttpStatusCode Status { get; init; }

    /// <summary>Why the handshake was refused, for the reader of a test; null if it was not. With a refusal after the handshake, this is also the reason in the close frame.</summary>
    public string? Refusal { get; init; }

    /// <summary>The connection that the handshake opened; null if it was refused without being accepted first.</summary>
    public SimulatorConnection? Connection { get; init; }

    /// <summary>One line: the time, the path, the number of contracts, the status, and the reason of a refusal.</summary>
    public override string ToString()
    {
        string path = Target.Split('?')[0];
        return $"{At:HH:mm:ss.fff} GET {path} for {Contracts.Count} contracts: {(int)Status}{(Refusal is null ? "" : $" ({Refusal})")}";
    }
}
