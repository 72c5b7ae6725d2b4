using System.Buffers;
using System.Globalization;
using System.Net;
using System.Security.Authentication;
using HedgeTech.Ime.Telemetry;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Authentication;

/// <summary>Logs in: gets the credentials, posts them once, and returns the token or throws. Thread-safe.</summary>
internal sealed partial class Login(
    Func<CancellationToken, ValueTask<ImeCredentials>> credentials,
    Uri endpoint,
    AuthenticationOptions options,
    HttpMessageInvoker http,
    string userAgent,
    ILogger logger,
    TimeProvider time,
    ClientMeter meter,
    Redactor redactor)
{
    private const int MaxBodyBytes = 64 * 1024;

    private readonly CredentialsCall _credentials = new(credentials, options.Timeout, time);

    // The host and the path, never the user part or the query, in which people put secrets.
    private readonly string _place = endpoint.Authority + endpoint.AbsolutePath;

    /// <summary>Gets a new token.</summary>
    /// <exception cref="ImeAuthenticationException">The login was refused (final), or failed for now (transient).</exception>
    /// <exception cref="ImeConnectionException">The service could not be reached.</exception>
    /// <exception cref="ImeException">The credentials function threw it.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    internal async Task<AccessToken> RunAsync(CancellationToken cancellationToken)
    {
        (string username, string password) = await _credentials.AskAsync(cancellationToken).ConfigureAwait(false);
        redactor.Hide(password);
        LogStarted(logger, _place, username);

        using MeasuredCall? measured = meter.BeginCall("ime login", ImeMeter.LoginDuration, endpoint, time);
        try
        {
            return await LogInAsync(username, password, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            measured?.Fail(KindOf(failure), failure is ImeException ? failure.Message : "Given up.");
            throw;
        }
    }

    private async Task<AccessToken> LogInAsync(string username, string password, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(options.Timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await PostAsync(username, password, either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not ImeException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Exception clean = redactor.Clean(failure);
            throw timeout.IsCancellationRequested
                ? Unreached($"The login at {_place} was not answered within {Seconds(options.Timeout)}. Check the network, or allow more time with Authentication.Timeout.", clean)
                : Unreached($"The login at {_place} failed: {PlatformText.Sentence(clean.GetBaseException().Message)} {AdviceOn(clean)}", clean);
        }
    }

    private async Task<AccessToken> PostAsync(string username, string password, CancellationToken cancellationToken)
    {
        // No other headers: the service binds the token to what identifies the client, so the handshake must be able to send the same.
        // No grant_type: the service refuses an empty one.
        using HttpRequestMessage request = new(HttpMethod.Post, endpoint)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new FormUrlEncodedContent([new(options.UsernameField, username), new(options.PasswordField, password)]),
        };
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);

        using HttpResponseMessage response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBodyBytes);
        try
        {
            int length = await ReadBodyAsync(response, buffer, cancellationToken).ConfigureAwait(false);
            return Read(response, buffer.AsMemory(0, length), password);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true); // it contains the token
        }
    }

    /// <summary>Reads the body up to the limit. A longer body is not an answer to a login and counts as empty.</summary>
    private static async Task<int> ReadBodyAsync(HttpResponseMessage response, byte[] buffer, CancellationToken cancellationToken)
    {
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            int length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return length < MaxBodyBytes ? length : 0;
        }
    }

    private AccessToken Read(HttpResponseMessage response, ReadOnlyMemory<byte> body, string password)
    {
        string? token = response.IsSuccessStatusCode ? LoginAnswer.ReadToken(body.Span) : null;
        if (token is not null && LoginAnswer.IsUsable(token))
        {
            AccessToken granted = new(token, JwtExpiry.Read(token));
            redactor.Hide(token);
            LogGranted(logger, _place, granted.ExpiresAt);
            return granted;
        }

        int status = (int)response.StatusCode;
        bool isTransient = status is 408 or 425 or 429 or >= 500;
        TimeSpan? retryAfter = isTransient && response.Headers.TryGetValues("Retry-After", out IEnumerable<string>? values)
            ? RetryAfterHeader.Read(values.First(), time)
            : null;
        string? detail = redactor.Clean(new Redactor(password, token).Clean(LoginAnswer.ReadDetail(body)));
        throw new ImeAuthenticationException(Explain(status, detail, token is not null), isTransient, response.StatusCode, detail, retryAfter);
    }

    private string Explain(int status, string? detail, bool hasToken)
    {
        string said = detail is null ? "" : $", saying \"{detail}\"";
        return status switch
        {
            >= 200 and < 300 when hasToken => $"The login at {_place} was answered {status}, but its token contains characters that are not allowed in a header.{Said(detail)} Check the address.",
            >= 200 and < 300 => $"The login at {_place} was answered {status}, but without a token.{Said(detail)} Check the address.",
            >= 300 and < 400 => $"The login at {_place} was answered {status}, a redirect. The client does not follow it, because it would send the password elsewhere. Correct the address.",
            400 or 401 or 403 => $"The login at {_place} was refused ({status}){said}. Check the user name and the password, and that the account is approved.",
            404 => $"The login at {_place} does not exist (404){said}. Check BaseAddress and Authentication.TokenPath.",
            407 => $"The proxy refused the login at {_place} (407). Check the proxy's credentials.",
            422 => $"The login at {_place} was not understood (422){said}. Check Authentication.UsernameField and PasswordField.",
            408 or 425 or 429 or >= 500 => $"The login at {_place} failed for now ({status}){said}. Try again later.",
            _ => $"The login at {_place} was refused ({status}){said}. Check the address and the account.",
        };

        static string Said(string? detail) => detail is null ? "" : $" The server said \"{detail}\".";
    }

    private static ImeConnectionException Unreached(string message, Exception inner) => new(message, attempts: 1, inner);

    private static string AdviceOn(Exception failure) => failure.GetBaseException() is AuthenticationException
        ? "TLS with the service is not possible. Check the address, the clock of this machine and the certificates that it trusts, or set Connection.ServerCertificateValidation."
        : "Check the network, the address and the proxy.";

    // Only a few values, because they become a dimension of a metric.
    private static string KindOf(Exception failure) => failure switch
    {
        ImeAuthenticationException { StatusCode: { } status } => ((int)status).ToString(CultureInfo.InvariantCulture),
        { InnerException: { } inner } => inner is OperationCanceledException ? "timeout" : inner.GetType().Name,
        OperationCanceledException => "cancelled",
        _ => failure.GetType().Name,
    };

    private static string Seconds(TimeSpan span) => FormattableString.Invariant($"{span.TotalSeconds:0.###} s");
}
