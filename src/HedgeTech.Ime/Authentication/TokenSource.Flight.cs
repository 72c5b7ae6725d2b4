using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace HedgeTech.Ime.Authentication;

// The login under way, and when there is to be one.
internal sealed partial class TokenSource
{
    /// <summary>The shortest time between two logins for one reason: neither a mistaken clock nor a stubborn refusal hammers an account.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private DateTimeOffset _due = DateTimeOffset.MaxValue;
    private long _received;            // when _current came, as a timestamp of _time
    private long? _lastAfterRefusal;   // when the last login because of a refusal ended, as a timestamp of _time
    private Task _previous = Task.CompletedTask;

    // A token that came less than a second ago is not due, even if our clock says that it has expired.
    private bool IsDue() =>
        _time.GetElapsedTime(_received) >= ShortestPause && (_time.GetUtcNow() >= _due || HasExpired(_current!));

    private Flight Start()
    {
        bool isAfterRefusal = _isRefused;
        Task previous = _previous;
        TimeSpan pause = isAfterRefusal && _lastAfterRefusal is { } last ? ShortestPause - _time.GetElapsedTime(last) : TimeSpan.Zero;

        // On the pool, because the credentials function is foreign code and must not run under the lock.
        Flight flight = new();
        flight.Outcome = Task.Run(() => FlyAsync(flight, isAfterRefusal, pause, previous));
        _previous = flight.Outcome;
        return flight;
    }

    /// <summary>Never throws: a failure that nobody waits for any more must not end as an unobserved exception.</summary>
    private async Task<(AccessToken? Token, ExceptionDispatchInfo? Failure)> FlyAsync(Flight flight, bool isAfterRefusal, TimeSpan pause, Task previous)
    {
        AccessToken? token = null;
        ExceptionDispatchInfo? failure = null;
        try
        {
            await previous.ConfigureAwait(false); // one that was given up may still be on its way out
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _time, flight.Cancellation).ConfigureAwait(false);
            }

            token = await _login!.RunAsync(flight.Cancellation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        AccessToken? kept;
        lock (_lock)
        {
            kept = Land(flight, isAfterRefusal, token, failure?.SourceException);
        }

        if (kept is not null)
        {
            LogRenewalFailed(_logger, failure!.SourceException, kept.ExpiresAt);
        }

        return (token, failure);
    }

    /// <summary>Takes down what came of a login; gives the token that serves on if it failed for now.</summary>
    private AccessToken? Land(Flight flight, bool isAfterRefusal, AccessToken? token, Exception? failure)
    {
        if (_flight == flight)
        {
            _flight = null;
        }

        if (isAfterRefusal)
        {
            _lastAfterRefusal = _time.GetTimestamp();
        }

        DateTimeOffset now = _time.GetUtcNow();
        if (token is not null)
        {
            _current = token;
            _isRefused = false;
            _received = _time.GetTimestamp();
            _due = DueOf(token, now);
            token.RenewAt = token.ExpiresAt > now ? _due : null; // by a clock that runs ahead, every token would be due for ever
            return null;
        }

        if (failure is not ImeException { IsTransient: true } || _current is null || _isRefused || HasExpired(_current))
        {
            return null;
        }

        _due = now + Longer((failure as ImeAuthenticationException)?.RetryAfter ?? TimeSpan.Zero, ShortestPause);
        return _current;
    }

    private DateTimeOffset DueOf(AccessToken token, DateTimeOffset now)
    {
        if (token.ExpiresAt is not { } expiry)
        {
            return DateTimeOffset.MaxValue; // nothing but a refusal tells
        }

        TimeSpan life = expiry - now;
        return now + Longer(life - _renewBefore, life / 2);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void Leave(Flight flight)
    {
        lock (_lock)
        {
            if (--flight.Waiters > 0 || flight.Outcome.IsCompleted)
            {
                return;
            }

            if (_flight == flight)
            {
                _flight = null; // the next who asks starts anew
            }
        }

        flight.Cancel();
    }

    /// <summary>A login under way, and how many wait for it.</summary>
    [SuppressMessage("Design", "CA1001", Justification = "A cancellation source without timer and wait handle holds nothing to dispose of, and it may be cancelled after the login has ended.")]
    private sealed class Flight
    {
        private readonly CancellationTokenSource _cancellation = new();

        internal CancellationToken Cancellation => _cancellation.Token;

        internal Task<(AccessToken? Token, ExceptionDispatchInfo? Failure)> Outcome { get; set; } = null!;

        internal int Waiters { get; set; }

        internal void Cancel() => _cancellation.Cancel();
    }
}
