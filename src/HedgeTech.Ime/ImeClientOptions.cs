using System.Diagnostics;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime;

/// <summary>The settings of an <c>ImeClient</c>: the address of the service, the credentials, and the behavior of each stage.</summary>
/// <remarks>
/// Set exactly one of: <see cref="Username"/> with <see cref="Password"/>, <see cref="AccessToken"/>, or <see cref="CredentialsProvider"/>.
/// Not thread-safe. The client copies and checks the options when it is constructed. Later changes have no effect.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ImeClientOptions
{
    /// <summary>Creates options with their default values.</summary>
    public ImeClientOptions()
    {
        Authentication = new AuthenticationOptions();
        Connection = new ConnectionOptions();
        Reconnect = new ReconnectOptions();
        Feed = new FeedOptions();
    }

    private ImeClientOptions(ImeClientOptions source)
    {
        BaseAddress = source.BaseAddress;
        Username = source.Username;
        Password = source.Password;
        AccessToken = source.AccessToken;
        CredentialsProvider = source.CredentialsProvider;
        TimestampOffset = source.TimestampOffset;
        Authentication = source.Authentication.CopyAndValidate($"{nameof(ImeClientOptions)}.{nameof(Authentication)}");
        Connection = source.Connection.CopyAndValidate($"{nameof(ImeClientOptions)}.{nameof(Connection)}");
        Reconnect = source.Reconnect.CopyAndValidate($"{nameof(ImeClientOptions)}.{nameof(Reconnect)}");
        Feed = source.Feed.CopyAndValidate($"{nameof(ImeClientOptions)}.{nameof(Feed)}");
    }

    /// <summary>The address of the service: <c>https</c>, or <c>http</c> to this machine (<c>localhost</c>, 127.0.0.0/8, <c>::1</c>). If it has a path, every endpoint's path starts with it.</summary>
    /// <value>Default: <c>https://core.hedgetech.ir</c>. It must not contain a user name, password, query or fragment.</value>
    public Uri BaseAddress { get; set; } = new("https://core.hedgetech.ir");

    /// <summary>The user name of the account, sent with <see cref="Password"/> at each login.</summary>
    /// <value>Default: null.</value>
    public string? Username { get; set; }

    /// <summary>The password of the account, a secret. It never appears in a log, an exception or the debugger.</summary>
    /// <value>Default: null.</value>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Password { get; set; }

    /// <summary>A token that you already have, a secret. It never appears in a log, an exception or the debugger. The client cannot renew it: when the service refuses it, the feed ends.</summary>
    /// <value>Default: null. Visible ASCII without spaces. The scheme, if any, goes into <see cref="AuthenticationOptions.AuthorizationScheme"/>.</value>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? AccessToken { get; set; }

    /// <summary>Returns the credentials for each login, so that they can come from a vault or change while the client runs.</summary>
    /// <value>
    /// Default: null. It is called on a separate thread. If a call takes longer than <see cref="AuthenticationOptions.Timeout"/>, the login gives it up and
    /// has a transient failure, and the next login calls the function again. Otherwise there is one call at a time per client.
    /// </value>
    public Func<CancellationToken, ValueTask<ImeCredentials>>? CredentialsProvider { get; set; }

    /// <summary>The offset from UTC of a <see cref="MarketSnapshot.Timestamp"/> that has no offset on the wire. The documented timestamps have none.</summary>
    /// <value>Default: +03:30, Tehran. Whole minutes, from -14:00 to +14:00.</value>
    public TimeSpan TimestampOffset { get; set; } = Tehran.Offset;

    /// <summary>How the client gets and renews tokens.</summary>
    public AuthenticationOptions Authentication { get; }

    /// <summary>How connections are opened and kept alive, and their limits.</summary>
    public ConnectionOptions Connection { get; }

    /// <summary>How a feed reconnects after a connection is lost or refused.</summary>
    public ReconnectOptions Reconnect { get; }

    /// <summary>How a feed delivers, unless options are passed to <c>OpenFeed</c>.</summary>
    public FeedOptions Feed { get; }

    /// <summary>One line: the address and the user name, never a secret.</summary>
    public override string ToString() => $"{ImeClientOptionsValidator.Describe(BaseAddress)}, {(Username is null ? "no user name" : Username)} (secrets not shown)";

    /// <summary>Creates a deep copy and checks every option of it.</summary>
    /// <exception cref="ArgumentException">An option is invalid. The message names its full path, its value unless that may be a secret, and what it must be.</exception>
    internal ImeClientOptions CopyAndValidate()
    {
        // The copy is checked, not the original, so nobody can change what was checked.
        ImeClientOptions copy = new(this);
        ImeClientOptionsValidator.Validate(copy);
        return copy;
    }
}
