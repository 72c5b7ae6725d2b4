using System.Net;
using System.Net.Sockets;

namespace HedgeTech.Ime.Connection;

/// <summary>The one HTTP handler that login and handshake share, because the service binds a token to the address and headers of the login.</summary>
/// <remarks>Thread-safe. Owned by whoever created it; disposing of it ends no WebSocket.</remarks>
internal sealed class TransportHandler : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<CancellationTokenSource> AbandonedKey = new("HedgeTech.Ime.Abandoned");

    private readonly AsyncLocal<CancellationTokenSource?> _abandoned = new();
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
        // Not linked to the caller's token and not disposed of: connecting may go on after this has returned, and must still see what came of it.
        CancellationTokenSource abandoned = new();
        request.Options.Set(AbandonedKey, abandoned);
        _abandoned.Value = abandoned;
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            await abandoned.CancelAsync().ConfigureAwait(false);
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
        context.InitialRequestMessage.Options.TryGetValue(AbandonedKey, out CancellationTokenSource? source);
        CancellationToken abandoned = (source ?? _abandoned.Value)?.Token ?? CancellationToken.None;
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, abandoned);
        Socket socket = await ConnectAnyAsync(context.DnsEndPoint, either.Token).ConfigureAwait(false);
        abandoned.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket);
        return new ReadAheadStream(socket, _waitsOnThreads);
    }

    private async Task<Socket> ConnectAnyAsync(DnsEndPoint host, CancellationToken cancellationToken)
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

                Socket socket = await ConnectOneAsync(new IPEndPoint(ordered[i], host.Port), share.Token).ConfigureAwait(false);
                _lastSuccess = ordered[i].AddressFamily;
                return socket;
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException && i < ordered.Length - 1)
            {
                cancellationToken.ThrowIfCancellationRequested(); // else: the next address
            }
        }
    }

    private async Task<Socket> ConnectOneAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await (_waitsOnThreads ? ConnectOnThreadAsync(socket, address, cancellationToken) : socket.ConnectAsync(address, cancellationToken).AsTask()).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Once a socket has waited asynchronously, whatever arrives at it wakes a thread of the platform, and that one of the pool, though nobody waits there.
    private static async Task ConnectOnThreadAsync(Socket socket, IPEndPoint address, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration ending = cancellationToken.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket);
        try
        {
            await Task.Factory.StartNew(() => socket.Connect(address), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (Exception failure) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(failure.Message, failure, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
