using System.Diagnostics;
using System.Net;

namespace HedgeTech.Ime.Testing;

/// <summary>A login that was asked for, and how it was answered. Neither <see cref="ToString"/> nor the debugger shows a secret.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record LoginRecord
{
    /// <summary>When it came, by the simulator's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Where it came from.</summary>
    public required IPEndPoint? RemoteEndPoint { get; init; }

    /// <summary>The method and the target of the request line, as they were sent: <c>POST /auth/user/token/issue</c>.</summary>
    public required string RequestLine { get; init; }

    /// <summary>The headers; names are compared without regard to case, several values joined by a comma.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The form, decoded: the password is in it.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public required IReadOnlyDictionary<string, string> Form { get; init; }

    /// <summary>The user name in the form; null where there was none.</summary>
    public string? Username { get; init; }

    /// <summary>The status it was answered with.</summary>
    public required HttpStatusCode Status { get; init; }

    /// <summary>The token it was given: a secret; null where it was refused.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Token { get; init; }

    /// <summary>Request line, user name and status.</summary>
    public override string ToString() => $"{At:HH:mm:ss.fff} {RequestLine} by {Username ?? "nobody"}: {(int)Status}";
}
