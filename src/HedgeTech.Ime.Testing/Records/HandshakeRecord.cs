using System.Diagnostics;
using System.Net;

namespace HedgeTech.Ime.Testing;

/// <summary>A WebSocket handshake that was asked for, and how it was answered. Neither <see cref="ToString"/> nor the debugger shows the token.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record HandshakeRecord
{
    /// <summary>When it came, by the simulator's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Where it came from.</summary>
    public required IPEndPoint? RemoteEndPoint { get; init; }

    /// <summary>The target of the request line as it was sent, percent-encoded: path and query.</summary>
    public required string Target { get; init; }

    /// <summary>The whole URL as it was sent.</summary>
    public required string Url { get; init; }

    /// <summary>The contracts asked for, decoded as the service does it, in order, duplicates kept.</summary>
    public required IReadOnlyList<ContractKey> Contracts { get; init; }

    /// <summary>The headers, the token among them; names are compared without regard to case, several values joined by a comma.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The token, without scheme: a secret; null where there was none.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Token { get; init; }

    /// <summary>The status it was answered with: 101 where it was accepted.</summary>
    public required HttpStatusCode Status { get; init; }

    /// <summary>Why it was refused, in words for the reader of a test; with a refusal after the handshake they are the close frame's too. Null where it was not.</summary>
    public string? Refusal { get; init; }

    /// <summary>The connection that came of it; null where it was refused before it was accepted.</summary>
    public SimulatorConnection? Connection { get; init; }

    /// <summary>The path, the number of contracts, the status, and why it was refused.</summary>
    public override string ToString()
    {
        string path = Target.Split('?')[0];
        return $"{At:HH:mm:ss.fff} GET {path} for {Contracts.Count} contracts: {(int)Status}{(Refusal is null ? "" : $" ({Refusal})")}";
    }
}
