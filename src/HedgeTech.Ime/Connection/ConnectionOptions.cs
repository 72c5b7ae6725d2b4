using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace HedgeTech.Ime;

/// <summary>How connections are made, kept alive and bounded.</summary>
/// <remarks>Copied when the client is constructed; changes after that have no effect.</remarks>
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
    /// <value>Default: 10 seconds.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be quiet before the client sends a ping.</summary>
    /// <value>Default: 15 seconds.</value>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the answer to a ping may take before the connection counts as dead.</summary>
    /// <value>Default: 15 seconds.</value>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest message that is read, in bytes. A longer one is skipped without being held, and rejected with its first bytes.</summary>
    /// <value>Default: 1 MiB.</value>
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>The longest request line of a handshake, in encoded bytes; a set that needs a longer one is spread over several connections.</summary>
    /// <value>Default: 4000, below the 4 KiB that the strictest known server takes.</value>
    public int MaxRequestLineBytes { get; set; } = 4000;

    /// <summary>The most contracts that one connection carries.</summary>
    /// <value>Default: null, no bound but <see cref="MaxRequestLineBytes"/>.</value>
    public int? MaxContractsPerConnection { get; set; }

    /// <summary>The address family of login and handshake alike: the service binds a token to the client's address.</summary>
    /// <value>Default: <see cref="AddressFamily.Unspecified"/>, whichever the host answers on, kept for all connections while it works.</value>
    public AddressFamily AddressFamily { get; set; } = AddressFamily.Unspecified;

    /// <summary>The proxy of login and handshake alike.</summary>
    /// <value>Default: null, the system's proxy settings. Set an empty <see cref="WebProxy"/> to use none.</value>
    public IWebProxy? Proxy { get; set; }

    /// <summary>The TLS versions that may be used.</summary>
    /// <value>Default: <see cref="SslProtocols.None"/>, the choice of the operating system.</value>
    public SslProtocols SslProtocols { get; set; } = SslProtocols.None;

    /// <summary>Decides whether the server's certificate is trusted.</summary>
    /// <value>Default: null, the rules of the operating system.</value>
    public RemoteCertificateValidationCallback? ServerCertificateValidation { get; set; }
}
