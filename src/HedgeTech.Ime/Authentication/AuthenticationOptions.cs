using System.Buffers;
using System.Diagnostics;
using HedgeTech.Ime.Authentication;

namespace HedgeTech.Ime;

/// <summary>How the client gets and renews its token.</summary>
/// <remarks>Copied when the client is constructed; changes after that have no effect.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class AuthenticationOptions
{
    // RFC 9110: token.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The path of the login, below <c>ImeClientOptions.BaseAddress</c>.</summary>
    /// <value>Default: <c>/auth/user/token/issue</c>.</value>
    public string TokenPath { get; set; } = "/auth/user/token/issue";

    /// <summary>The form field for the user name.</summary>
    /// <value>Default: <c>username</c>. Some revisions of the service's documentation say <c>UserName_or_Email</c>.</value>
    public string UsernameField { get; set; } = "username";

    /// <summary>The form field for the password.</summary>
    /// <value>Default: <c>password</c>. Some revisions of the service's documentation say <c>Password</c>.</value>
    public string PasswordField { get; set; } = "password";

    /// <summary>The scheme before the token in the handshake's <c>Authorization</c> header.</summary>
    /// <value>Default: null, the bare token. Some revisions of the service's documentation say <c>Bearer</c>.</value>
    public string? AuthorizationScheme { get; set; }

    /// <summary>How long one login may take, and how long the call of the credentials function before it may take.</summary>
    /// <value>Default: 10 seconds. From 1 millisecond to 1 day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long before its expiry a token is renewed, but never before half of its life has passed.</summary>
    /// <value>Default: 60 seconds. From 0 to 1 day.</value>
    public TimeSpan RenewBefore { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether a feed moves to a new token before the old one expires. It opens a line with the new token beside the old line, and the new line takes over
    /// without a gap. If the service does not allow two lines or two tokens at a time, the feed stops doing so and logs that once.
    /// </summary>
    /// <value>Default: true.</value>
    public bool RotateConnections { get; set; } = true;

    /// <summary>One line: the path of the login, and when the client renews a token.</summary>
    public override string ToString() => $"login at {TokenPath}, renewed {RenewBefore} before expiry";

    /// <summary>Copies these options and validates each of them.</summary>
    /// <param name="path">The name of the options in the message.</param>
    /// <exception cref="ArgumentException">An option is invalid. The message names it, its value and its limit.</exception>
    internal AuthenticationOptions CopyAndValidate(string path)
    {
        AuthenticationOptions copy = (AuthenticationOptions)MemberwiseClone();
        EndpointPath.Validate(copy.TokenPath, $"{path}.{nameof(TokenPath)}");
        ArgumentException.ThrowIfNullOrWhiteSpace(copy.UsernameField, $"{path}.{nameof(UsernameField)}");
        ArgumentException.ThrowIfNullOrWhiteSpace(copy.PasswordField, $"{path}.{nameof(PasswordField)}");
        if (copy.UsernameField == copy.PasswordField)
        {
            throw new ArgumentException($"{path}.{nameof(PasswordField)} is '{copy.PasswordField}', but must differ from {nameof(UsernameField)}.");
        }

        if (copy.AuthorizationScheme is { } scheme && (scheme.Length == 0 || scheme.AsSpan().ContainsAnyExcept(TokenCharacters)))
        {
            throw new ArgumentException($"{path}.{nameof(AuthorizationScheme)} is '{scheme}', but must be null, or one word of characters that HTTP allows in a token.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(copy.Timeout, TimeSpan.FromMilliseconds(1), $"{path}.{nameof(Timeout)}");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(copy.Timeout, TimeSpan.FromDays(1), $"{path}.{nameof(Timeout)}");
        ArgumentOutOfRangeException.ThrowIfLessThan(copy.RenewBefore, TimeSpan.Zero, $"{path}.{nameof(RenewBefore)}");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(copy.RenewBefore, TimeSpan.FromDays(1), $"{path}.{nameof(RenewBefore)}");
        return copy;
    }
}
