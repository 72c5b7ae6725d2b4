using System.Diagnostics;

namespace HedgeTech.Ime;

/// <summary>A token that the service issued. Neither <see cref="ToString"/> nor the debugger shows it.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class AccessToken
{
    internal AccessToken(string value, DateTimeOffset? expiresAt)
    {
        Value = value;
        ExpiresAt = expiresAt;
    }

    /// <summary>The token itself, a secret. Wire: <c>Authorization</c> in the answer to the login.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string Value { get; }

    /// <summary>When the token expires, UTC; null if it does not say. Wire: the claim <c>exp</c> of the JWT.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>When the client renews the token, by the client's clock; null if it does not renew the token before a refusal.</summary>
    internal DateTimeOffset? RenewAt { get; init; }

    /// <summary>The expiry, never the token.</summary>
    public override string ToString() =>
        ExpiresAt is { } expiry ? FormattableString.Invariant($"AccessToken (redacted), expires {expiry:yyyy-MM-dd HH:mm:ss}Z") : "AccessToken (redacted), expiry unknown";
}
