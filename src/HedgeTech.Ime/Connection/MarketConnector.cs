using System.Globalization;
using System.Net.WebSockets;
using HedgeTech.Ime.Authentication;
using HedgeTech.Ime.Connection.Receiving;
using HedgeTech.Ime.Telemetry;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Connection;

/// <summary>Opens connections: one handshake each, with the contracts in the address and the token in a header.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed partial class MarketConnector(
    Uri baseAddress,
    ConnectionOptions options,
    string? authorizationScheme,
    HttpMessageInvoker http,
    ILogger logger,
    TimeProvider time,
    ClientMeter meter,
    Redactor? redactor = null)
{
    private readonly string _scheme = string.IsNullOrEmpty(authorizationScheme) ? "" : authorizationScheme + " ";
    private readonly Redactor _redactor = redactor ?? new Redactor();
    private readonly SubscriptionUris _uris = new(baseAddress, options);

    /// <summary>Opens a connection that streams the contracts, which must be of one kind.</summary>
    /// <exception cref="HandshakeException">The server refused, or could not be reached in time.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    internal async Task<MarketConnection> OpenAsync(ContractSet contracts, AccessToken token, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _redactor.Hide(token.Value);
        Uri uri = _uris.For(contracts);
        string place = uri.Authority + uri.AbsolutePath;
        MarketConnection? opened = null;
        try
        {
            using MeasuredCall? measured = meter.BeginCall("ime connect", ImeMeter.HandshakeDuration, uri, time);
            measured?.Tag("ime.contracts", contracts.Count);
            opened = await ConnectAsync(uri, contracts.Count, token, measured, cancellationToken).ConfigureAwait(false);
            LogOpened(logger, place, contracts.Count);
        }
        catch when (opened is not null)
        {
            // A logger or a listener of the measurements threw.
            await opened.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return opened;
    }

    private async Task<MarketConnection> ConnectAsync(Uri uri, int contracts, AccessToken token, MeasuredCall? measured, CancellationToken cancellationToken)
    {
        string place = uri.Authority + uri.AbsolutePath;
        using CancellationTokenSource timeout = new(options.ConnectTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        ClientWebSocket socket = new();
        try
        {
            Configure(socket.Options, token);
            MessageReceiver receiver = await MessageReceiver.HandshakeAsync(socket, uri, http, options.MaxMessageBytes, either.Token).ConfigureAwait(false);
            socket.HttpResponseHeaders = null; // no longer needed
            return new MarketConnection(socket, receiver, _redactor, logger);
        }
        catch (Exception failure)
        {
            HandshakeException refusal = Explain(socket, place, timeout.IsCancellationRequested, _redactor.Clean(failure));
            socket.Dispose();
            measured?.Fail(cancellationToken.IsCancellationRequested ? "cancelled" : KindOf(refusal, timeout.IsCancellationRequested), refusal.Message);
            cancellationToken.ThrowIfCancellationRequested();
            LogFailed(logger, place, contracts, refusal.Message);
            throw refusal;
        }
    }

    private void Configure(ClientWebSocketOptions socketOptions, AccessToken token)
    {
        socketOptions.SetRequestHeader("Authorization", _scheme + token.Value);
        socketOptions.SetRequestHeader("User-Agent", options.UserAgent);
        socketOptions.CollectHttpResponseDetails = true; // otherwise the status of a refusal is lost

        // Both: the interval alone does not find a dead peer.
        socketOptions.KeepAliveInterval = options.KeepAliveInterval;
        socketOptions.KeepAliveTimeout = options.KeepAliveTimeout;
        if (options.OfferCompression)
        {
            // Dangerous where a secret is compressed together with text that an attacker chooses. This client sends neither.
            socketOptions.DangerousDeflateOptions = new WebSocketDeflateOptions();
        }
    }

    private HandshakeException Explain(ClientWebSocket socket, string place, bool isTimeout, Exception failure)
    {
        // Only an answer of the server counts: a proxy that refuses to connect does not refuse the contracts.
        if ((int)socket.HttpStatusCode == 0)
        {
            string reason = isTimeout
                ? $"was not answered within {Seconds(options.ConnectTimeout)}"
                : $"got no answer: {PlatformText.Sentence(failure.GetBaseException().Message)}";
            return new HandshakeException($"The connection to {place} {reason}", null, null, failure);
        }

        string? header = null;
        if (socket.HttpResponseHeaders is { } headers && headers.TryGetValue("Retry-After", out IEnumerable<string>? values))
        {
            header = values.FirstOrDefault();
        }

        int status = (int)socket.HttpStatusCode;
        string what = status switch
        {
            101 => "was answered 101, but the answer is not a valid WebSocket handshake",
            >= 200 and < 300 => $"was answered {status} instead of becoming a WebSocket; check the address",
            >= 300 and < 400 => $"was answered {status}, a redirect, which is not followed; correct the address",
            401 or 403 => $"was refused ({status}): the service does not accept the token or the contracts",
            404 => "was answered 404: the endpoint does not exist, or the service does not accept the token or the contracts",
            400 or 414 or 431 => $"was answered {status}: the request is malformed, or too long",
            _ => $"failed ({status}) and may succeed later",
        };
        return new HandshakeException($"The connection to {place} {what}.", socket.HttpStatusCode, RetryAfterHeader.Read(header, time), failure);
    }

    // Only a few values, because they become a dimension of a metric.
    private static string KindOf(HandshakeException refusal, bool isTimeout) =>
        refusal.Status is { } status ? ((int)status).ToString(CultureInfo.InvariantCulture)
        : isTimeout ? "timeout"
        : refusal.InnerException!.GetBaseException().GetType().Name;

    private static string Seconds(TimeSpan span) => FormattableString.Invariant($"{span.TotalSeconds:0.###} s.");
}
