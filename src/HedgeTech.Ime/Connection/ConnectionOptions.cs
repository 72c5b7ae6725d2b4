using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using HedgeTech.Ime.Authentication;

namespace HedgeTech.Ime;

/// <summary>How connections are made, kept alive and bounded.</summary>
/// <remarks>Copied when the client is constructed; changes after that have no effect.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ConnectionOptions
{
    /// <summary>The path of the endpoint that streams contracts by name, below <c>ImeClientOptions.BaseAddress</c>.</summary>
    /// <value>Default: <c>/data-engine/ime/live/data/websocket/contract/name</c>.</value>
    public string NamePath { get; set; } = "/data-engine/ime/live/data/websocket/contract/name";

    /// <summary>The path of the endpoint that streams contracts by id, below <c>ImeClientOptions.BaseAddress</c>.</summary>
    /// <value>Default: <c>/data-engine/ime/live/data/websocket/contract/id</c>.</value>
    public string IdPath { get; set; } = "/data-engine/ime/live/data/websocket/contract/id";

    /// <summary>The query parameter that carries a name, repeated once per contract.</summary>
    /// <value>Default: <c>contract_names</c>. Some revisions of the service's documentation say <c>contract_name</c>.</value>
    public string NameParameter { get; set; } = "contract_names";

    /// <summary>The query parameter that carries an id, repeated once per contract.</summary>
    /// <value>Default: <c>contract_id</c>.</value>
    public string IdParameter { get; set; } = "contract_id";

    /// <summary>The <c>User-Agent</c> of login and handshake alike: the service binds a token to it.</summary>
    /// <value>Default: <c>HedgeTech.Ime/</c> and the version of the library.</value>
    public string UserAgent { get; set; } = $"HedgeTech.Ime/{typeof(ConnectionOptions).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>How long a handshake may take, the connection to the host included.</summary>
    /// <value>Default: 10 seconds. From 1 millisecond to 1 day.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be quiet before the client sends a ping.</summary>
    /// <value>Default: 15 seconds. From 1 millisecond to 1 day.</value>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the answer to a ping may take before the connection counts as dead.</summary>
    /// <value>Default: 15 seconds. From 1 millisecond to 1 day.</value>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest message that is read, in bytes. A longer one is skipped without being held, and rejected with its first bytes.</summary>
    /// <value>Default: 1 MiB. From 1 byte to 1 GiB.</value>
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>The longest request line of a handshake, in encoded bytes; a set that needs a longer one is spread over several connections.</summary>
    /// <value>Default: 4000, below the 4 KiB that the strictest known server takes. At least 1.</value>
    public int MaxRequestLineBytes { get; set; } = 4000;

    /// <summary>The most contracts that one connection carries.</summary>
    /// <value>Default: null, no bound but <see cref="MaxRequestLineBytes"/>. At least 1.</value>
    public int? MaxContractsPerConnection { get; set; }

    /// <summary>The address family of login and handshake alike: the service binds a token to the client's address.</summary>
    /// <value>Default: <see cref="AddressFamily.Unspecified"/>, whichever the host answers on, kept for all connections while it works. Or IPv4 or IPv6 alone.</value>
    public AddressFamily AddressFamily { get; set; } = AddressFamily.Unspecified;

    /// <summary>The proxy of login and handshake alike.</summary>
    /// <value>Default: null, the system's proxy settings. Set an empty <see cref="WebProxy"/> to use none.</value>
    public IWebProxy? Proxy { get; set; }

    /// <summary>The TLS versions that may be used.</summary>
    /// <value>Default: <see cref="SslProtocols.None"/>, the choice of the operating system. Or TLS 1.2, TLS 1.3, or both.</value>
    public SslProtocols SslProtocols { get; set; } = SslProtocols.None;

    /// <summary>Decides whether the server's certificate is trusted.</summary>
    /// <value>Default: null, the rules of the operating system.</value>
    public RemoteCertificateValidationCallback? ServerCertificateValidation { get; set; }

    /// <summary>
    /// Whether each connection receives on a thread of its own, on which your loop runs too while it keeps up. It saves the wake-ups of the thread
    /// pool, which cost many times what reading the messages does. A loop that holds the thread for some 20 milliseconds keeps it, and another goes
    /// on receiving. Without, everything runs on the thread pool.
    /// </summary>
    /// <value>Default: true.</value>
    public bool DedicatedThreads { get; set; } = true;

    /// <summary>
    /// Whether permessage-deflate (RFC 7692) is offered to the server, which may compress its messages or ignore that. It saves traffic, where that is dear,
    /// and costs processor time on both sides. <see cref="MaxMessageBytes"/> and <see cref="FeedStatistics.Bytes"/> are of unpacked messages.
    /// </summary>
    /// <value>Default: false.</value>
    public bool OfferCompression { get; set; }

    /// <summary>One line: the time-outs and bounds, and whether there is a proxy; nothing of the proxy itself, whose address may hold a password.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"connect within {ConnectTimeout}, ping after {KeepAliveInterval}, pong within {KeepAliveTimeout}, messages up to {MaxMessageBytes} bytes{(Proxy is null ? "" : ", through a proxy")}");

    /// <summary>A copy of these options, every one of them checked.</summary>
    /// <param name="path">What the options are called in the message.</param>
    /// <exception cref="ArgumentException">One is wrong: the message names it, its value and its bound.</exception>
    internal ConnectionOptions CopyAndValidate(string path)
    {
        ConnectionOptions copy = (ConnectionOptions)MemberwiseClone();
        copy.ValidateTexts(path);
        ValidateTime(copy.ConnectTimeout, $"{path}.{nameof(ConnectTimeout)}");
        ValidateTime(copy.KeepAliveInterval, $"{path}.{nameof(KeepAliveInterval)}");
        ValidateTime(copy.KeepAliveTimeout, $"{path}.{nameof(KeepAliveTimeout)}");
        ArgumentOutOfRangeException.ThrowIfLessThan(copy.MaxMessageBytes, 1, $"{path}.{nameof(MaxMessageBytes)}");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(copy.MaxMessageBytes, 1024 * 1024 * 1024, $"{path}.{nameof(MaxMessageBytes)}");
        ArgumentOutOfRangeException.ThrowIfLessThan(copy.MaxRequestLineBytes, 1, $"{path}.{nameof(MaxRequestLineBytes)}");
        ArgumentOutOfRangeException.ThrowIfLessThan(copy.MaxContractsPerConnection ?? 1, 1, $"{path}.{nameof(MaxContractsPerConnection)}");
        if (copy.AddressFamily is not (AddressFamily.Unspecified or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw new ArgumentException($"{path}.{nameof(AddressFamily)} is {copy.AddressFamily}, but must be {AddressFamily.Unspecified}, {AddressFamily.InterNetwork} or {AddressFamily.InterNetworkV6}.");
        }

        if ((copy.SslProtocols & ~(SslProtocols.Tls12 | SslProtocols.Tls13)) != 0)
        {
            throw new ArgumentException($"{path}.{nameof(SslProtocols)} is {copy.SslProtocols}, but must be {SslProtocols.None}, {SslProtocols.Tls12}, {SslProtocols.Tls13} or both: older versions are broken.");
        }

        return copy;
    }

    // A timer takes no more than 49 days, and no less than a millisecond.
    private static void ValidateTime(TimeSpan time, string option)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.FromMilliseconds(1), option);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromDays(1), option);
    }

    private void ValidateTexts(string path)
    {
        EndpointPath.Validate(NamePath, $"{path}.{nameof(NamePath)}");
        EndpointPath.Validate(IdPath, $"{path}.{nameof(IdPath)}");
        ArgumentException.ThrowIfNullOrWhiteSpace(NameParameter, $"{path}.{nameof(NameParameter)}");
        ArgumentException.ThrowIfNullOrWhiteSpace(IdParameter, $"{path}.{nameof(IdParameter)}");
        ArgumentException.ThrowIfNullOrWhiteSpace(UserAgent, $"{path}.{nameof(UserAgent)}");
        if (UserAgent.AsSpan().ContainsAnyExceptInRange(' ', '~') || UserAgent.Trim() != UserAgent)
        {
            throw new ArgumentException($"{path}.{nameof(UserAgent)} is '{UserAgent}', but must be visible ASCII, with spaces between words only.");
        }
    }
}
