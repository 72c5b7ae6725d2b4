using System.Collections.Concurrent;
using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Cli.Doctor.Transport;

/// <summary>The HTTP handler of all clients of the examination. It records who answered what, and limits the number of logins.</summary>
/// <remarks>Thread-safe. All clients use the same one, so that they share connections and address like the parts of one client.</remarks>
internal sealed class ObservedTransport : DelegatingHandler
{
    /// <summary>The maximum number of logins of one examination.</summary>
    public const int MaxLogins = 5;

    private readonly ConcurrentQueue<Exchange> _exchanges = [];
    private readonly Connecting _connecting;
    private readonly TimeProvider _time;
    private int _logins;

    public ObservedTransport(Connecting connecting, ConnectionOptions options, TimeSpan bound, TimeProvider time)
    {
        _connecting = connecting;
        _time = time;
        InnerHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = bound,
            ConnectCallback = connecting.ConnectAsync,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
            Proxy = DiscreetProxy.Of(options.Proxy),
            SslOptions =
            {
                EnabledSslProtocols = options.SslProtocols,
                RemoteCertificateValidationCallback = options.ServerCertificateValidation,
            },
        };
    }

    /// <summary>The number of logins sent.</summary>
    public int Logins => Math.Min(Volatile.Read(ref _logins), MaxLogins);

    /// <summary>All requests in order.</summary>
    public IReadOnlyList<Exchange> Exchanges => [.. _exchanges];

    /// <summary>Returns the last request of a kind; null before the first.</summary>
    public Exchange? Last(RequestKind kind) => _exchanges.LastOrDefault(exchange => exchange.Kind == kind);

    /// <summary>Returns the parts of an answer that show who gave it.</summary>
    public static Exchange Describe(RequestKind kind, HttpResponseMessage response, System.Net.Sockets.AddressFamily? family, TimeSpan roundTrip) =>
        new(kind, family, response.StatusCode)
        {
            Date = response.Headers.Date,
            RoundTrip = roundTrip,
            Server = Header(response, "Server"),
            Via = Header(response, "Via"),
            IsPage = response.Content.Headers.ContentType?.MediaType?.Contains("html", StringComparison.OrdinalIgnoreCase) == true,
            RetryAfter = response.Headers.RetryAfter?.Delta,
            RedirectHost = response.Headers.Location is { IsAbsoluteUri: true } target ? target.Host : null,
        };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestKind kind = request.Method == HttpMethod.Post ? RequestKind.Login
            : request.Headers.Contains("Upgrade") ? RequestKind.Handshake
            : RequestKind.Plain;
        if (kind == RequestKind.Login && Interlocked.Increment(ref _logins) > MaxLogins)
        {
            throw new HttpRequestException($"No login is sent after {MaxLogins}, to protect the account.");
        }

        long start = _time.GetTimestamp();
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            _exchanges.Enqueue(Describe(kind, response, _connecting.LastFamily, _time.GetElapsedTime(start)));
            return response;
        }
        catch
        {
            _exchanges.Enqueue(new Exchange(kind, _connecting.LastFamily, null));
            throw;
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? ForeignText.Short(string.Join(", ", values)) : null;
}
