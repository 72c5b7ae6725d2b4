using System.Runtime.ExceptionServices;
using HedgeTech.Ime.Telemetry;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Authentication;

/// <summary>Keeps one token for everyone, and renews it: ahead of its expiry, or when the service has refused it.</summary>
/// <remarks>
/// Thread-safe. However many ask, there is one login at a time, and its failure is the failure of all who wait for it.
/// A login is cancelled when nobody waits for it any more, and by <see cref="Dispose"/>.
/// </remarks>
internal sealed partial class TokenSource : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Login? _login;
    private readonly TimeSpan _renewBefore;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    private AccessToken? _current;
    private bool _isRefused; // the service refused _current, so that it serves nobody any more
    private Flight? _flight;
    private bool _isDisposed;

    private TokenSource(AccessToken? fixedToken, Login? login, TimeSpan renewBefore, ILogger logger, TimeProvider time)
    {
        _current = fixedToken;
        _login = login;
        _renewBefore = renewBefore;
        _logger = logger;
        _time = time;
    }

    /// <summary>Whether a refused token can be exchanged for a new one: false for a fixed token.</summary>
    internal bool CanRenew => _login is not null;

    /// <summary>A source of the one token that was given.</summary>
    /// <exception cref="ArgumentException">The token is blank, or holds what cannot travel in a header.</exception>
    internal static TokenSource FromToken(string accessToken, ILogger logger, TimeProvider time)
    {
        if (!LoginAnswer.IsUsable(accessToken))
        {
            throw new ArgumentException("The access token is blank, or holds characters that cannot travel in a header, such as a line break.", nameof(accessToken));
        }

        return new TokenSource(new AccessToken(accessToken, JwtExpiry.Read(accessToken)), login: null, TimeSpan.Zero, logger, time);
    }

    /// <summary>A source that logs in, with the credentials that the function gives at each login.</summary>
    internal static TokenSource FromCredentials(
        Func<CancellationToken, ValueTask<ImeCredentials>> credentials,
        Uri tokenEndpoint,
        AuthenticationOptions options,
        HttpMessageInvoker http,
        string userAgent,
        ILogger logger,
        TimeProvider time,
        ClientMeter meter,
        Redactor? redactor = null) =>
        new(fixedToken: null, new Login(credentials, tokenEndpoint, options, http, userAgent, logger, time, meter, redactor ?? new Redactor()), options.RenewBefore, logger, time);

    /// <summary>
    /// The current token; or that of a new login, if there is none, or it was refused or is due for renewal, or is being renewed.
    /// If that login fails for now while the current token is neither refused nor expired, still the current one.
    /// </summary>
    /// <exception cref="ImeException">No token can be had, or the fixed one has expired.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The source is disposed.</exception>
    internal ValueTask<AccessToken> GetAsync(CancellationToken cancellationToken) => AskAsync(refused: null, cancellationToken);

    /// <summary>
    /// As <see cref="GetAsync"/>, after the service has refused a token: the current one if it is another, else that of one new login.
    /// The first such login is made at once, further ones a second after the last. A fixed token is given back as it is.
    /// </summary>
    /// <inheritdoc cref="GetAsync"/>
    internal ValueTask<AccessToken> RenewAsync(AccessToken refused, CancellationToken cancellationToken) => AskAsync(refused, cancellationToken);

    /// <summary>Cancels the login that is under way; those who wait for it get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        Flight? flight;
        lock (_lock)
        {
            _isDisposed = true;
            flight = _flight;
            _flight = null;
        }

        flight?.Cancel();
    }

    private async ValueTask<AccessToken> AskAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Flight flight;
        AccessToken? fallback;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_login is null)
            {
                return refused is null ? UnexpiredFixedToken() : _current!;
            }

            _isRefused |= refused is not null && ReferenceEquals(refused, _current);
            fallback = _isRefused ? null : _current;
            if (fallback is not null && _flight is null && !IsDue())
            {
                return fallback;
            }

            flight = _flight ??= Start();
            flight.Waiters++;
        }

        try
        {
            return await WaitAsync(flight, cancellationToken).ConfigureAwait(false);
        }
        catch (ImeException failure) when (failure.IsTransient && fallback is not null && !HasExpired(fallback))
        {
            return fallback; // whoever logged in has logged the failure
        }
    }

    private async Task<AccessToken> WaitAsync(Flight flight, CancellationToken cancellationToken)
    {
        try
        {
            (AccessToken? token, ExceptionDispatchInfo? failure) = await flight.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false);

            // Nobody cancels a login that someone still waits for, except Dispose.
            ObjectDisposedException.ThrowIf(failure?.SourceException is OperationCanceledException, this);
            failure?.Throw();
            return token!;
        }
        finally
        {
            Leave(flight);
        }
    }

    private AccessToken UnexpiredFixedToken()
    {
        if (HasExpired(_current!))
        {
            throw new ImeAuthenticationException(
                FormattableString.Invariant($"The access token expired at {_current!.ExpiresAt:yyyy-MM-dd HH:mm:ss}Z. Set a new AccessToken, or a user name and a password, with which it renews itself."),
                isTransient: false);
        }

        return _current!;
    }

    private bool HasExpired(AccessToken token) => token.ExpiresAt <= _time.GetUtcNow();
}
