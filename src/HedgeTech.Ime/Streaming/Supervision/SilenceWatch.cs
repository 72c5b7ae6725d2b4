namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Tells when a line has been silent for too long. The time-out doubles while silence lasts, so that a closed market causes no storm.</summary>
internal sealed class SilenceWatch(FeedOptions options)
{
    /// <summary>What the doubling ends at.</summary>
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(15);

    private TimeSpan _timeout = options.SilenceTimeout;
    private DateTimeOffset _quietSince;
    private DateTimeOffset _lastSign;

    /// <summary>A message came: the time-out returns to its setting.</summary>
    public void Heard(DateTimeOffset now)
    {
        _timeout = options.SilenceTimeout;
        _quietSince = now;
        _lastSign = now;
    }

    /// <summary>A line was accepted: silence is counted from here.</summary>
    public void Connected(DateTimeOffset now)
    {
        _quietSince = now;
        _lastSign = _lastSign == default ? now : _lastSign;
    }

    /// <summary>How long the silence has lasted, if it is time to act on it; the next time is then later. Null if it is not.</summary>
    public TimeSpan? Check(DateTimeOffset now)
    {
        if (options.TradingHours is { } hours && !hours.IsOpen(now))
        {
            // Silence counts from the open on.
            _quietSince = now;
            return null;
        }

        if (now < DueAt)
        {
            return null;
        }

        _quietSince = now;
        TimeSpan longest = options.SilenceTimeout > LongestTimeout ? options.SilenceTimeout : LongestTimeout;
        _timeout = _timeout * 2 < longest ? _timeout * 2 : longest;
        return now - _lastSign;
    }

    /// <summary>When to check next: not later than a setting's time-out from now, as a message may bring the due time forward.</summary>
    public DateTimeOffset NextCheck(DateTimeOffset now)
    {
        DateTimeOffset latest = now + options.SilenceTimeout;
        return DueAt < latest ? DueAt : latest;
    }

    private DateTimeOffset DueAt => options.TradingHours is { } hours
        ? hours.WhenOpenFor(_quietSince, _timeout) ?? DateTimeOffset.MaxValue
        : _quietSince + _timeout;
}
