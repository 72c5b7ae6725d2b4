namespace HedgeTech.Ime.Authentication;

/// <summary>When the current token is due for renewal, and how long a login after a refusal has to wait. Not thread-safe: the <see cref="TokenSource"/> guards it.</summary>
internal sealed class RenewalSchedule(TimeSpan renewBefore, TimeProvider time)
{
    /// <summary>The shortest time between two logins for the same reason, so that neither a wrong clock nor a repeated refusal floods the service with logins.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private DateTimeOffset _due = DateTimeOffset.MaxValue;
    private long _receivedAt;           // a timestamp of the clock
    private long? _refusedLoginEndedAt; // the last login after a refusal, a timestamp of the clock

    /// <summary>Whether the current token is due for renewal. A token younger than a second never is, even if this machine's clock says that it has expired.</summary>
    internal bool IsDue(AccessToken current) =>
        time.GetElapsedTime(_receivedAt) >= ShortestPause && (time.GetUtcNow() >= _due || HasExpired(current));

    internal bool HasExpired(AccessToken token) => token.ExpiresAt <= time.GetUtcNow();

    /// <summary>How long the next login after a refusal has to wait; zero or less if it need not wait.</summary>
    internal TimeSpan PauseAfterRefusal() =>
        _refusedLoginEndedAt is { } last ? ShortestPause - time.GetElapsedTime(last) : TimeSpan.Zero;

    internal void EndLoginAfterRefusal() => _refusedLoginEndedAt = time.GetTimestamp();

    /// <summary>Schedules the renewal of a token that has just been issued.</summary>
    /// <returns>The token with its <see cref="AccessToken.RenewAt"/>.</returns>
    internal AccessToken Schedule(AccessToken issued)
    {
        DateTimeOffset now = time.GetUtcNow();
        _receivedAt = time.GetTimestamp();
        _due = DueOf(issued, now);

        // If this machine's clock is ahead, every token looks expired, and a renewal time would make every token due at once.
        return issued.ExpiresAt > now ? new AccessToken(issued.Value, issued.ExpiresAt) { RenewAt = _due } : issued;
    }

    /// <summary>Delays the next renewal after one that failed.</summary>
    internal void Postpone(TimeSpan? retryAfter) => _due = time.GetUtcNow() + Longer(retryAfter ?? TimeSpan.Zero, ShortestPause);

    private DateTimeOffset DueOf(AccessToken token, DateTimeOffset now)
    {
        if (token.ExpiresAt is not { } expiry)
        {
            return DateTimeOffset.MaxValue; // only a refusal shows that it has expired
        }

        TimeSpan lifetime = expiry - now;
        return now + Longer(lifetime - renewBefore, lifetime / 2);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
