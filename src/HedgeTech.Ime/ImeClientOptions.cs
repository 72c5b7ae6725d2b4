using System.Diagnostics;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime;

/// <summary>Everything an <c>ImeClient</c> can be told: where the service is, who you are, and how each stage behaves.</summary>
/// <remarks>
/// Give exactly one of: <see cref="Username"/> with <see cref="Password"/>, <see cref="AccessToken"/>, or <see cref="CredentialsProvider"/>.
/// Not thread-safe. The client copies and checks it when it is constructed; changes after that have no effect.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class ImeClientOptions
{
    /// <summary>Options with every default.</summary>
    public ImeClientOptions()
    {
        Authentication = new AuthenticationOptions();
        Connection = new ConnectionOptions();
        Reconnect = new ReconnectOptions();
        Feed = new FeedOptions();
    }

    /// <summary>Where the service is: <c>https</c>, or <c>http</c> to this machine alone (<c>localhost</c>, 127.0.0.0/8, <c>::1</c>). A path is kept as a prefix of every endpoint's.</summary>
    /// <value>Default: <c>https://core.hedgetech.ir</c>. No user name, password, query or fragment may be in it.</value>
    public Uri BaseAddress { get; set; } = new("https://core.hedgetech.ir");

    /// <summary>The user name of the account, sent with <see cref="Password"/> at each login.</summary>
    /// <value>Default: null.</value>
    public string? Username { get; set; }

    /// <summary>The password of the account: a secret, in no log, exception or debugger view.</summary>
    /// <value>Default: null.</value>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? Password { get; set; }

    /// <summary>A token that you have already: a secret, in no log, exception or debugger view. It cannot be renewed: when the service refuses it, the feed ends.</summary>
    /// <value>Default: null. Visible ASCII without spaces; the scheme, if any, goes into <see cref="AuthenticationOptions.AuthorizationScheme"/>.</value>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? AccessToken { get; set; }

    /// <summary>Asked for the credentials at each login, so that they can live in a vault or change while the client runs.</summary>
    /// <value>
    /// Default: null. Called on a thread of its own. A call that has not returned within <see cref="AuthenticationOptions.Timeout"/> is given up: the login
    /// fails for now, and the next one calls again. Otherwise there is one call at a time per client.
    /// </value>
    public Func<CancellationToken, ValueTask<ImeCredentials>>? CredentialsProvider { get; set; }

    /// <summary>The offset from UTC of a <see cref="MarketSnapshot.Timestamp"/> that carries none on the wire, as the documented ones do.</summary>
    /// <value>Default: +03:30, Tehran. Whole minutes, from -14:00 to +14:00.</value>
    public TimeSpan TimestampOffset { get; set; } = Tehran.Offset;

    /// <summary>How a token is asked for and renewed.</summary>
    public AuthenticationOptions Authentication { get; }

    /// <summary>How connections are made, kept alive and bounded.</summary>
    public ConnectionOptions Connection { get; }

    /// <summary>How a feed comes back after a connection is lost or refused.</summary>
    public ReconnectOptions Reconnect { get; }

    /// <summary>How a feed delivers, where <c>OpenFeed</c> is given no options of its own.</summary>
    public FeedOptions Feed { get; }

    /// <summary>One line: where, and as whom; never a secret.</summary>
    public override string ToString() => $"{Described(BaseAddress)}, {(Username is null ? "no user name" : Username)} (secrets not shown)";
}
