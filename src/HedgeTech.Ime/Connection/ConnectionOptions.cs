using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using HedgeTech.Ime.Authentication;

namespace HedgeTech.Ime;

/// <summary>How the client opens connections, keeps them alive and limits them.</summary>
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

    /// <summary>The query parameter for a name, repeated once per contract.</summary>
    /// <value>Default: <c>contract_names</c>. Some revisions of the service's documentation say <c>contract_name</c>.</value>
    public string NameParameter { get; set; } = "contract_names";

    /// <summary>The query parameter for an id, repeated once per contract.</summary>
    /// <value>Default: <c>contract_id</c>.</value>
    public string IdParameter { get; set; } = "contract_id";

    /// <summary>The <c>User-Agent</c> of both the login and the handshake: the service binds a token to it.</summary>
    /// <value>Default: <c>HedgeTech.Ime/</c> and the version of the library.</value>
    public string UserAgent { get; set; } = $"HedgeTech.Ime/{typeof(ConnectionOptions).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>How long a handshake may take, including the connection to the host.</summary>
    /// <value>Default: 10 seconds. From 1 millisecond to 1 day.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be quiet before the client sends a ping.</summary>
    /// <value>Default: 15 seconds. From 1 millisecond to 1 day.</value>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the answer to a ping may take before the client treats the connection as dead.</summary>
    /// <value>Default: 15 seconds. From 1 millisecond to 1 day.</value>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest message that the client reads, in bytes. It skips a longer one without storing it, and rejects it with its first bytes.</summary>
    /// <value>Default: 1 MiB. From 1 byte to 1 GiB.</value>
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>The longest request line of a handshake, in encoded bytes. A set that needs a longer one is spread over several connections.</summary>
    /// <value>Default: 4000, below the 4 KiB that the strictest known server accepts. At least 1.</value>
    public int MaxRequestLineBytes { get; set; } = 4000;

    /// <summary>The maximum number of contracts on one connection.</summary>
    /// <value>Default: null, limited only by <see cref="MaxRequestLineBytes"/>. At least 1.</value>
    public int? MaxContractsPerConnection { get; set; }

    /// <summary>The address family of both the login and the handshake: the service binds a token to the client's address.</summary>
    /// <value>Default: <see cref="AddressFamily.Unspecified"/>, the first family on which the host answers, kept for all connections while it works. Or only IPv4 or only IPv6.</value>
    public AddressFamily AddressFamily { get; set; } = AddressFamily.Unspecified;

    /// <summary>The proxy of both the login and the handshake.</summary>
    /// <value>Default: null, the system's proxy settings. Set an empty <see cref="WebProxy"/> to use none.</value>
    public IWebProxy? Proxy { get; set; }

    /// <summary>The TLS versions that the client may use.</summary>
    /// <value>Default: <see cref="SslProtocols.None"/>, the choice of the operating system. Or TLS 1.2, TLS 1.3, or both.</value>
    public SslProtocols SslProtocols { get; set; } = SslProtocols.None;

    /// <summary>Decides whether the server's certificate is trusted.</summary>
    /// <value>Default: null, the rules of the operating system.</value>
    public RemoteCertificateValidationCallback? ServerCertificateValidation { get; set; }

    /// <summary>
    /// Whether each connection receives on its own thread. While your loop keeps up, it runs on that thread too. This avoids waking the thread pool,
    /// which costs many times what reading the messages does. If your loop holds the thread for 15 to 60 milliseconds, another thread takes over
    /// receiving. If false, everything runs on the thread pool.
    /// </summary>
    /// <value>Default: true.</value>
    public bool DedicatedThreads { get; set; } = true;

    /// <summary>
    /// Whether the client offers permessage-deflate (RFC 7692) to the server, which may compress its messages or ignore the offer. Compression reduces traffic
    /// and uses processor time on both sides. <see cref="MaxMessageBytes"/> and <see cref="FeedStatistics.Bytes"/> are sizes of uncompressed messages.
    /// </summary>
    /// <value>Default: false.</value>
    public bool OfferCompression { get; set; }

    /// <summary>One line: the timeouts and limits, and whether there is a proxy. It does not show the proxy, whose address may contain a password.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"connect within {ConnectTimeout}, ping after {KeepAliveInterval}, pong within {KeepAliveTimeout}, messages up to {MaxMessageBytes} bytes{(Proxy is null ? "" : ", through a proxy")}");

    /// <summary>Copies these options and validates each of them.</summary>
    /// <param name="path">The name of the options in the message.</param>
    /// <exception cref="ArgumentException">An option is invalid. The message names it, its value and its limit.</exception>
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

    // A timer accepts at most 49 days and at least a millisecond.
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
