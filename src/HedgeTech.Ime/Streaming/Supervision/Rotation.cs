namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Decides when a line is replaced because its token expires, and when the feed stops doing so. After a failure of the
/// network, it tries again. If the service closes the old line or refuses the new one twice in a row, it allows only one connection, or one token, at a time.
/// </summary>
internal sealed class Rotation(FeedPolicy policy)
{
    private const int MaxFailures = 2;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private int _failures;
    private Moment _failedAt;

    public bool IsOn => policy is { RotatesConnections: true, CanRenewToken: true } && _failures < MaxFailures;

    /// <summary>When a line that opens now is to be replaced; null if never.</summary>
    public DateTimeOffset? DueAt(AccessToken token, Moment now)
    {
        DateTimeOffset earliest = now.Utc + ShortestPause;
        return IsOn ? (token.RenewAt < earliest ? earliest : token.RenewAt) : null;
    }

    /// <summary>When to try again after a failure: before the token expires, but not at once.</summary>
    public static DateTimeOffset RetryAt(DateTimeOffset expiry, Moment now)
    {
        TimeSpan pause = (expiry - now.Utc) / 4;
        pause = pause > LongestPause ? LongestPause : pause;
        return now.Utc + (pause > ShortestPause ? pause : ShortestPause);
    }

    public void Succeeded() => _failures = 0;

    /// <summary>A rotation cost the old line, or the service refused the new one. Lines that rotate and fail together count as one failure.</summary>
    /// <returns>Whether this failure ends rotation.</returns>
    public bool Failed(Moment now)
    {
        if (_failures > 0 && now - _failedAt < ShortestPause)
        {
            return false;
        }

        _failedAt = now;
        return ++_failures == MaxFailures;
    }
}
