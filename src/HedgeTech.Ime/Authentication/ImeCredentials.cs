using System.Diagnostics;

namespace HedgeTech.Ime;

/// <summary>A user name and a password. Neither <see cref="ToString"/> nor the debugger shows the password.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
/// <param name="Username">The user name of the account. Wire: the form field <see cref="AuthenticationOptions.UsernameField"/>.</param>
/// <param name="Password">The password, a secret. Wire: the form field <see cref="AuthenticationOptions.PasswordField"/>.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record ImeCredentials(
    string Username,
    [property: DebuggerBrowsable(DebuggerBrowsableState.Never)] string Password)
{
    /// <summary>The user name, never the password.</summary>
    public override string ToString() => $"ImeCredentials {Username} (password redacted)";
}
