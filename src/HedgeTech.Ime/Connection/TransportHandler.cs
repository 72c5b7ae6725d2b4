using System.Net;
using System.Net.Sockets;
using HedgeTech.Ime.Connection.Receiving;

namespace HedgeTech.Ime.Connection;

/// <summary>The one HTTP handler that login and handshake share, because the service binds a token to the address and headers of the login.</summary>
/// <remarks>Thread-safe. Owned by whoever created it; disposing of it ends no WebSocket.</remarks>
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
            AllowAutoRedirect = false, // it would take the password or the token elsewhere
            UseCookies = false,
            ActivityHeadersPropagator = null, // a trace header on one of the two requests would tell them apart
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

    /// <summary>A handler for everything that a client sends.</summary>
    internal static HttpMessageHandler Create(ConnectionOptions options) => new TransportHandler(options);

    /// <summary>
    /// Sends, and lets a request that is cancelled or fails take its unfinished connection with it. By itself the platform goes on
    /// connecting for some seconds, for the sake of later requests, and a feed that has ended would still hold a socket.
    /// </summary>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Not linked to the caller's token: connecting may go on after this has returned, and must still see what came of it.
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
                throw clean; // a proxy that repeats its password is quoted
            }

            throw;
        }
    }

    // The end point is that of the proxy if there is one. TLS, if any, comes after, on the stream that this returns.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // A tunnel through a proxy is asked for by a request of the platform's own, which knows nothing of the one it serves;
        // but it runs in that one's context.
        PendingConnect? pending = PendingOf(context.InitialRequestMessage) ?? _pending.Value;
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, pending?.Abandoned ?? CancellationToken.None);
        Stream connection = await ConnectAnyAsync(context.DnsEndPoint, either.Token).ConfigureAwait(false);
        pending?.Hold(connection);
        return connection;
    }

    // Tunnel and TLS included. From here on the connection is the pool's, which may give it to another request than the one that caused it.
    private ValueTask<Stream> OnConnected(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken)
    {
        // Not for the request of a tunnel, which has none of its own: what it leads to is still to come.
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

        // The family that worked last comes first, so that login and handshake leave alike; the resolver's order otherwise.
        IPAddress[] ordered = [.. addresses.OrderBy(address => address.AddressFamily == _lastSuccess ? 0 : 1)];
        for (int i = 0; ; i++)
        {
            try
            {
                // Each address has its share of the time, so that a dead one leaves some for the others.
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
                cancellationToken.ThrowIfCancellationRequested(); // else: the next address
            }
        }
    }
}
