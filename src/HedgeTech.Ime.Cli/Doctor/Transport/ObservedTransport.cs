using System.Collections.Concurrent;
using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Cli.Doctor.Transport;

/// <summary>The way out of every client of the examination: it writes down what was answered and by whom, and lets only so many logins pass.</summary>
/// <remarks>Thread-safe. One for all clients, so that they share connections and address as the parts of one client do.</remarks>
internal sealed class ObservedTransport : DelegatingHandler
{
    /// <summary>The most logins of one examination, whatever happens.</summary>
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

    /// <summary>Logins that were sent.</summary>
    public int Logins => Math.Min(Volatile.Read(ref _logins), MaxLogins);

    /// <summary>Everything that was sent, in order.</summary>
    public IReadOnlyList<Exchange> Exchanges => [.. _exchanges];

    /// <summary>The last request of a kind; null before the first.</summary>
    public Exchange? Last(RequestKind kind) => _exchanges.LastOrDefault(exchange => exchange.Kind == kind);

    /// <summary>The answer to a request, as far as it tells who gave it.</summary>
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
            throw new HttpRequestException($"No login is sent after {MaxLogins}: the account is not to be hammered.");
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
