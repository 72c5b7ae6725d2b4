namespace HedgeTech.Ime;

/// <summary>How a token is asked for and renewed.</summary>
/// <remarks>Copied when the client is constructed; changes after that have no effect.</remarks>
public sealed class AuthenticationOptions
{
    /// <summary>The path of the login, below <c>ImeClientOptions.BaseAddress</c>.</summary>
    /// <value>Default: <c>/auth/user/token/issue</c>.</value>
    public string TokenPath { get; set; } = "/auth/user/token/issue";

    /// <summary>The form field that carries the user name.</summary>
    /// <value>Default: <c>username</c>. Some revisions of the service's documentation say <c>UserName_or_Email</c>.</value>
    public string UsernameField { get; set; } = "username";

    /// <summary>The form field that carries the password.</summary>
    /// <value>Default: <c>password</c>. Some revisions of the service's documentation say <c>Password</c>.</value>
    public string PasswordField { get; set; } = "password";

    /// <summary>The scheme before the token in the handshake's <c>Authorization</c> header.</summary>
    /// <value>Default: null, the bare token. Some revisions of the service's documentation say <c>Bearer</c>.</value>
    public string? AuthorizationScheme { get; set; }

    /// <summary>How long one login may take.</summary>
    /// <value>Default: 10 seconds.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long before its expiry a token is renewed, but never before half of its life has passed.</summary>
    /// <value>Default: 60 seconds.</value>
    public TimeSpan RenewBefore { get; set; } = TimeSpan.FromSeconds(60);
}
