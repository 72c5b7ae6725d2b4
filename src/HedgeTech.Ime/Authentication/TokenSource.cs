using System.Runtime.ExceptionServices;
using HedgeTech.Ime.Telemetry;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Authentication;

/// <summary>Keeps one token for all connections of a client and renews it: before it expires, and when the service refuses it.</summary>
/// <remarks>
/// Thread-safe. There is at most one login at a time, whose result, token or failure, all its waiters get.
/// A login is cancelled when its last waiter leaves, and by <see cref="Dispose"/>.
/// </remarks>
internal sealed partial class TokenSource : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Login? _login;
    private readonly RenewalSchedule _schedule;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    private AccessToken? _current;
    private bool _isRefused; // the service refused _current, so nobody gets it
    private PendingLogin? _pending;
    private Task _previous = Task.CompletedTask;
    private bool _isDisposed;

    private TokenSource(AccessToken? fixedToken, Login? login, TimeSpan renewBefore, ILogger logger, TimeProvider time)
    {
        _current = fixedToken;
        _login = login;
        _schedule = new RenewalSchedule(renewBefore, time);
        _logger = logger;
        _time = time;
    }

    /// <summary>Whether a refused token can be replaced by a new one; false for a fixed token.</summary>
    internal bool CanRenew => _login is not null;

    /// <summary>Creates a source of one fixed token.</summary>
    /// <exception cref="ArgumentException">The token is blank or contains characters that are not allowed in a header.</exception>
    internal static TokenSource FromToken(string accessToken, ILogger logger, TimeProvider time)
    {
        if (!LoginAnswer.IsUsable(accessToken))
        {
            throw new ArgumentException("The access token is blank or contains characters that are not allowed in a header, such as a line break.", nameof(accessToken));
        }

        return new TokenSource(new AccessToken(accessToken, JwtExpiry.Read(accessToken)), login: null, TimeSpan.Zero, logger, time);
    }

    /// <summary>Creates a source that logs in. It asks the function for the credentials at each login.</summary>
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
    /// Gets the current token, or the token of a new login if there is none or if it was refused, is due for renewal or is being renewed.
    /// If that login has a transient failure while the current token is neither refused nor expired, gets the current token.
    /// </summary>
    /// <exception cref="ImeException">The login failed, or the fixed token has expired.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The source is disposed.</exception>
    internal ValueTask<AccessToken> GetAsync(CancellationToken cancellationToken) => AskAsync(refused: null, cancellationToken);

    /// <summary>
    /// Gets another token after the service has refused one: the current token if it is not the refused one, otherwise the token of a new login.
    /// The first such login starts at once, later ones at least a second after the last. A fixed token is returned unchanged.
    /// </summary>
    /// <inheritdoc cref="GetAsync"/>
    internal ValueTask<AccessToken> RenewAsync(AccessToken refused, CancellationToken cancellationToken) => AskAsync(refused, cancellationToken);

    /// <summary>Cancels the login in progress. Its waiters get an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        PendingLogin? pending;
        lock (_lock)
        {
            _isDisposed = true;
            pending = _pending;
            _pending = null;
        }

        if (pending is not null)
        {
            Cancel(pending);
        }
    }

    private async ValueTask<AccessToken> AskAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PendingLogin pending;
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
            if (fallback is not null && _pending is null && !_schedule.IsDue(fallback))
            {
                return fallback;
            }

            pending = _pending ??= Start();
            pending.Waiters++;
        }

        try
        {
            return await WaitAsync(pending, cancellationToken).ConfigureAwait(false);
        }
        catch (ImeException failure) when (failure.IsTransient && fallback is not null && !_schedule.HasExpired(fallback))
        {
            return fallback; // the login has logged the failure
        }
    }

    private async Task<AccessToken> WaitAsync(PendingLogin pending, CancellationToken cancellationToken)
    {
        try
        {
            (AccessToken? token, ExceptionDispatchInfo? failure) = await pending.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false);

            // Only Dispose cancels a login that still has a waiter.
            ObjectDisposedException.ThrowIf(failure?.SourceException is OperationCanceledException, this);
            failure?.Throw();
            return token!;
        }
        finally
        {
            Leave(pending);
        }
    }

    private AccessToken UnexpiredFixedToken()
    {
        if (_schedule.HasExpired(_current!))
        {
            throw new ImeAuthenticationException(
                FormattableString.Invariant($"The access token expired at {_current!.ExpiresAt:yyyy-MM-dd HH:mm:ss}Z. Set a new AccessToken, or a user name and a password, with which the client renews its token itself."),
                isTransient: false);
        }

        return _current!;
    }

    private PendingLogin Start()
    {
        PendingLogin pending = new(isAfterRefusal: _isRefused);
        Task previous = _previous;
        TimeSpan pause = pending.IsAfterRefusal ? _schedule.PauseAfterRefusal() : TimeSpan.Zero;

        // On the pool: the credentials function is the user's code and must not run under the lock.
        pending.Outcome = Task.Run(() => RunAsync(pending, pause, previous));
        _previous = pending.Outcome;
        return pending;
    }

    private async Task<(AccessToken? Token, ExceptionDispatchInfo? Failure)> RunAsync(PendingLogin pending, TimeSpan pause, Task previous)
    {
        AccessToken? token = null;
        ExceptionDispatchInfo? failure = null;
        try
        {
            await previous.ConfigureAwait(false); // a cancelled login may still be ending
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _time, pending.Cancellation).ConfigureAwait(false);
            }

            token = await _login!.RunAsync(pending.Cancellation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        AccessToken? kept;
        lock (_lock)
        {
            (token, kept) = Complete(pending, token, failure?.SourceException);
        }

        if (kept is not null)
        {
            LogRenewalFailed(_logger, failure!.SourceException, kept.ExpiresAt);
        }

        return (token, failure);
    }

    /// <summary>Records the outcome of a login: the new current token, or the old one if it stays in use because the failure is transient.</summary>
    private (AccessToken? Issued, AccessToken? Kept) Complete(PendingLogin pending, AccessToken? token, Exception? failure)
    {
        if (_pending == pending)
        {
            _pending = null;
        }

        if (pending.IsAfterRefusal)
        {
            _schedule.EndLoginAfterRefusal();
        }

        if (token is not null)
        {
            _current = _schedule.Schedule(token);
            _isRefused = false;
            return (_current, null);
        }

        if (failure is not ImeException { IsTransient: true } || _current is null || _isRefused || _schedule.HasExpired(_current))
        {
            return (null, null);
        }

        _schedule.Postpone((failure as ImeAuthenticationException)?.RetryAfter);
        return (null, _current);
    }

    private void Leave(PendingLogin pending)
    {
        lock (_lock)
        {
            if (--pending.Waiters > 0 || pending.Outcome.IsCompleted)
            {
                return;
            }

            if (_pending == pending)
            {
                _pending = null; // the next caller starts a new login
            }
        }

        Cancel(pending);
    }

    private void Cancel(PendingLogin pending)
    {
        try
        {
            pending.Cancel();
        }
        catch (AggregateException failure)
        {
            // A callback that the credentials function registered has thrown. The caller that stops waiting, or disposes, did not cause it.
            LogCancellationFailed(_logger, failure);
        }
    }
}
