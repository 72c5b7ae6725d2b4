namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Decides when a connection has been silent for too long. The time-out doubles while the silence lasts, so that a closed market does not cause a storm of reconnects.</summary>
internal sealed class SilenceWatch(FeedOptions options)
{
    /// <summary>The time-out does not grow beyond this.</summary>
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(15);

    private TimeSpan _timeout = options.SilenceTimeout;
    private Moment _quietSince;
    private Moment? _lastSign;

    /// <summary>A message came: the time-out returns to its setting.</summary>
    public void Heard(Moment now)
    {
        _timeout = options.SilenceTimeout;
        _quietSince = now;
        _lastSign = now;
    }

    /// <summary>A line was accepted: silence is counted from here.</summary>
    public void Connected(Moment now)
    {
        _quietSince = now;
        _lastSign ??= now;
    }

    /// <summary>How long the silence has lasted, if it is time to act on it; null otherwise. After that, the next time is later.</summary>
    public TimeSpan? Check(Moment now)
    {
        if (options.TradingHours is { } hours && !hours.IsOpen(now.Utc))
        {
            // Silence counts from the opening of the market.
            _quietSince = now;
            return null;
        }

        if (DueAt(now) is not { } due || now < due)
        {
            return null;
        }

        _quietSince = now;
        TimeSpan longest = options.SilenceTimeout > LongestTimeout ? options.SilenceTimeout : LongestTimeout;
        _timeout = _timeout * 2 < longest ? _timeout * 2 : longest;
        return now - (_lastSign ?? now);
    }

    /// <summary>When to check next: at most <see cref="FeedOptions.SilenceTimeout"/> from now, because a message may bring the due time forward.</summary>
    public Moment NextCheck(Moment now)
    {
        Moment latest = now + options.SilenceTimeout;
        return DueAt(now) is { } due && due < latest ? due : latest;
    }

    private Moment? DueAt(Moment now)
    {
        if (options.TradingHours is not { } hours)
        {
            return _quietSince + _timeout;
        }

        // The calendar is that of the clock as it is set now, however it was set when the silence began.
        DateTimeOffset quietSince = now.Utc - (now - _quietSince);
        return hours.WhenOpenFor(quietSince, _timeout) is { } due ? now.At(due) : null;
    }
}
