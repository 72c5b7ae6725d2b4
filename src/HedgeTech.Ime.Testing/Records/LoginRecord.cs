using System.Diagnostics;
using System.Net;

namespace HedgeTech.Ime.Testing;

/// <summary>A requested login and its answer. Neither <see cref="ToString"/> nor the debugger shows a secret.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record LoginRecord
{
    /// <summary>When the request arrived, by the simulator's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The address and port of the client.</summary>
    public required IPEndPoint? RemoteEndPoint { get; init; }

    /// <summary>The method and the target of the request line, as they were sent: <c>POST /auth/user/token/issue</c>.</summary>
    public required string RequestLine { get; init; }

    /// <summary>The headers. Names are compared without regard to case, and several values are joined by a comma.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The decoded form, including the password.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public required IReadOnlyDictionary<string, string> Form { get; init; }

    /// <summary>The user name in the form; null if there was none.</summary>
    public string? Username { get; init; }

    /// <summary>The status of the answer.</summary>
    public required HttpStatusCode Status { get; init; }

    /// <summary>The issued token, a secret; null if the login was refused.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Token { get; init; }

    /// <summary>One line: the time, the request line, the user name and the status.</summary>
    public override string ToString() => $"{At:HH:mm:ss.fff} {RequestLine} by {Username ?? "nobody"}: {(int)Status}";
}
