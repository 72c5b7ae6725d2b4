using System.Net;
using System.Net.Sockets;
using HedgeTech.Ime.Connection.Receiving;

namespace HedgeTech.Ime.Connection;

/// <summary>The one HTTP handler that login and handshake share, because the service binds a token to the address and headers of the login.</summary>
/// <remarks>Thread-safe. Owned by its creator. Disposing it does not end a WebSocket.</remarks>
internal sealed class TransportHandler : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<PendingConnect> PendingKey = new("HedgeTech.Ime.PendingConnect");

    private readonly AsyncLocal<PendingConnect?> _pending = new();
    private readonly AddressFamily _family;
    private readonly TimeSpan _connectTimeout;
    private readonly bool _waitsOnThreads;
    private readonly DiscreetProxy _proxy;
    private volatile AddressFamily _lastSuccess;

    private TransportHandler(ConnectionOptions options)
    {
        _family = options.AddressFamily;
        _connectTimeout = options.ConnectTimeout;
        _waitsOnThreads = options.DedicatedThreads;
        _proxy = DiscreetProxy.Of(options.Proxy);
        InnerHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a redirect would send the password or the token elsewhere
            UseCookies = false,
            ActivityHeadersPropagator = null, // a trace header on one of the two requests would make them differ
            ConnectTimeout = options.ConnectTimeout,
            ConnectCallback = ConnectAsync,
            PlaintextStreamFilter = OnConnected,

            // Long enough for the handshake to take over the connection of the login, and with it its address;
            // short enough that a feed leaves no idle socket behind.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            Proxy = _proxy,
            SslOptions =
            {
                EnabledSslProtocols = options.SslProtocols,
                RemoteCertificateValidationCallback = options.ServerCertificateValidation,
            },
        };
    }

    /// <summary>Creates a handler for everything that a client sends.</summary>
    internal static HttpMessageHandler Create(ConnectionOptions options) => new TransportHandler(options);

    /// <summary>
    /// Sends a request. If it is cancelled or fails, its unfinished connection is closed. The platform alone would keep connecting for some seconds, for later
    /// requests, and a feed that has ended would still hold a socket.
    /// </summary>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Not linked to the caller's token: connecting may continue after this method has returned, and must still see whether the request was abandoned.
        PendingConnect pending = new();
        request.Options.Set(PendingKey, pending);
        _pending.Value = pending;
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await pending.AbandonAsync().ConfigureAwait(false);
            if (_proxy.Redactor.Clean(failure) is { } clean && clean != failure)
            {
                throw clean; // the message may quote a proxy that repeats its password
            }

            throw;
        }
    }

    // The end point is that of the proxy if there is one. TLS, if any, comes after, on the stream that this returns.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // The platform asks a proxy for a tunnel by a request of its own, which does not know the request that it serves. But it runs in the context of that one.
        PendingConnect? pending = PendingOf(context.InitialRequestMessage) ?? _pending.Value;
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, pending?.Abandoned ?? CancellationToken.None);
        Stream connection = await ConnectAnyAsync(context.DnsEndPoint, either.Token).ConfigureAwait(false);
        pending?.Hold(connection);
        return connection;
    }

    // Called when tunnel and TLS are complete too. From here on the connection belongs to the pool, which may give it to another request than the one that caused it.
    private ValueTask<Stream> OnConnected(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken)
    {
        // The request of a tunnel has none: its connection is not complete yet.
        if (PendingOf(context.InitialRequestMessage) is { } pending)
        {
            pending.Release();
            _pending.Value?.Release();
        }

        return ValueTask.FromResult(context.PlaintextStream);
    }

    private static PendingConnect? PendingOf(HttpRequestMessage request) =>
        request.Options.TryGetValue(PendingKey, out PendingConnect? pending) ? pending : null;

    private async Task<Stream> ConnectAnyAsync(DnsEndPoint host, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(host.Host, _family, cancellationToken).ConfigureAwait(false);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        // The family that worked last comes first, so that login and handshake use the same one. Otherwise the order is the resolver's.
        IPAddress[] ordered = [.. addresses.OrderBy(address => address.AddressFamily == _lastSuccess ? 0 : 1)];
        for (int i = 0; ; i++)
        {
            try
            {
                // Each address gets a share of the time, so that a dead one leaves time for the others.
                using CancellationTokenSource share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                if (i < ordered.Length - 1 && _connectTimeout > TimeSpan.Zero)
                {
                    share.CancelAfter(_connectTimeout / ordered.Length);
                }

                Stream connection = await MessageReceiver.ConnectAsync(new IPEndPoint(ordered[i], host.Port), _waitsOnThreads, share.Token).ConfigureAwait(false);
                _lastSuccess = ordered[i].AddressFamily;
                return connection;
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException && i < ordered.Length - 1)
            {
                cancellationToken.ThrowIfCancellationRequested(); // otherwise try the next address
            }
        }
    }
}
