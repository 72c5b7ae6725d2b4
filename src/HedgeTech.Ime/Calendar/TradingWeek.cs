namespace HedgeTech.Ime.Calendar;

/// <summary>The sessions of each weekday and of each date with its own sessions, and computations with them. Immutable.</summary>
/// <remarks>All computations use local ticks, as <see cref="long"/>: at both ends of the calendar the local clock leaves the range of <see cref="DateTime"/>.</remarks>
internal sealed class TradingWeek
{
    private readonly TradingSession[][] _weekdays;
    private readonly Dictionary<long, TradingSession[]> _dates;
    private readonly long _lastDate;

    private TradingWeek(TradingSession[][] weekdays, Dictionary<long, TradingSession[]> dates, TimeSpan offset)
    {
        _weekdays = weekdays;
        _dates = dates;
        _lastDate = dates.Count == 0 ? 0 : dates.Keys.Max();
        Offset = offset;
    }

    /// <summary>A week without sessions, in Tehran time.</summary>
    public static TradingWeek Empty { get; } = new([.. Enumerable.Repeat<TradingSession[]>([], 7)], [], Tehran.Offset);

    public TimeSpan Offset { get; }

    public bool HasWeekdays => _weekdays.Any(static sessions => sessions.Length > 0);

    /// <summary>The dates with their own sessions or none, in order.</summary>
    public IEnumerable<(DateOnly Date, TradingSession[] Sessions)> Dates =>
        _dates.OrderBy(static date => date.Key).Select(static date => (DateOnly.FromDayNumber((int)date.Key), date.Value));

    public TradingSession[] On(DayOfWeek day) => _weekdays[(int)day];

    /// <summary>Returns a date's own sessions; null if the date follows its weekday.</summary>
    public TradingSession[]? On(DateOnly date) => _dates.GetValueOrDefault(date.DayNumber);

    /// <summary>Returns this week with other sessions on a weekday.</summary>
    public TradingWeek With(DayOfWeek day, TradingSession[] sessions)
    {
        TradingSession[][] weekdays = [.. _weekdays];
        weekdays[(int)day] = sessions;
        return new TradingWeek(weekdays, _dates, Offset);
    }

    /// <summary>Returns this week with other sessions on a date; none if the date is closed.</summary>
    public TradingWeek With(DateOnly date, TradingSession[] sessions) =>
        new(_weekdays, new Dictionary<long, TradingSession[]>(_dates) { [date.DayNumber] = sessions }, Offset);

    public TradingWeek With(TimeSpan offset) => new(_weekdays, _dates, offset);

    /// <summary>Whether a session is open at an instant. It is at its opening time, but not at its closing time.</summary>
    public bool IsOpen(DateTimeOffset instant)
    {
        long now = LocalTicks(instant);
        long today = DayOf(now);
        return IsOpen(now, today - 1) || IsOpen(now, today);
    }

    /// <summary>Returns the next instant at which a closed market opens; null if there is none.</summary>
    public DateTimeOffset? NextOpen(DateTimeOffset after)
    {
        long start = LocalTicks(after);
        long openUntil = long.MinValue;
        foreach ((long opens, long closes) in Sessions(DayOf(start) - 1, LastDayToSearch(start)))
        {
            if (opens > start && opens > openUntil)
            {
                return Instant(opens);
            }

            openUntil = Math.Max(openUntil, closes);
        }

        return null;
    }

    /// <summary>Returns the next instant at which an open market closes; null if there is none.</summary>
    public DateTimeOffset? NextClose(DateTimeOffset after)
    {
        long start = LocalTicks(after);
        long lastDay = LastDayToSearch(start);
        long openUntil = long.MinValue;
        foreach ((long opens, long closes) in Sessions(DayOf(start) - 1, lastDay))
        {
            if (openUntil > start && opens > openUntil)
            {
                return Instant(openUntil);
            }

            openUntil = Math.Max(openUntil, closes);
        }

        // If there is no gap for more than a week after the last date, there never is one.
        return openUntil > start && openUntil < lastDay * TimeSpan.TicksPerDay ? Instant(openUntil) : null;
    }

    /// <summary>Returns how long the market is open between two instants; zero if the second is not after the first.</summary>
    public TimeSpan OpenTimeBetween(DateTimeOffset from, DateTimeOffset to)
    {
        long start = LocalTicks(from);
        long end = LocalTicks(to);
        long open = 0;
        foreach ((long opens, long closes) in Sessions(DayOf(start) - 1, DayOf(end)))
        {
            long counted = Math.Min(closes, end) - Math.Max(opens, start);
            if (counted > 0)
            {
                open += counted;
                start = Math.Min(closes, end);
            }
        }

        return TimeSpan.FromTicks(open);
    }

    /// <summary>Returns the first instant up to which <see cref="OpenTimeBetween"/> is at least <paramref name="openTime"/>; null if there is none.</summary>
    public DateTimeOffset? WhenOpenFor(DateTimeOffset since, TimeSpan openTime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(openTime, TimeSpan.Zero);
        if (openTime == TimeSpan.Zero)
        {
            return since;
        }

        long start = LocalTicks(since);
        long missing = openTime.Ticks;
        foreach ((long opens, long closes) in Sessions(DayOf(start) - 1, DayOf(LocalTicks(DateTimeOffset.MaxValue))))
        {
            long begins = Math.Max(opens, start);
            if (closes - begins >= missing)
            {
                return Instant(begins + missing);
            }

            if (closes > begins)
            {
                missing -= closes - begins;
                start = closes;
            }
        }

        return null;
    }

    // The local day, counted like DateOnly.DayNumber. The days before the first and after the last one also occur.
    private static long DayOf(long localTicks) => localTicks >= 0 ? localTicks / TimeSpan.TicksPerDay : -1;

    // Day 0, 1 January 0001, was a Monday.
    private static DayOfWeek WeekdayOf(long day) => (DayOfWeek)((day + 8) % 7);

    private bool IsOpen(long now, long day)
    {
        long time = now - (day * TimeSpan.TicksPerDay);
        foreach (TradingSession session in SessionsOf(day))
        {
            if (time >= session.OpensAt && time < session.ClosesAt)
            {
                return true;
            }
        }

        return false;
    }

    private TradingSession[] SessionsOf(long day) => _dates.GetValueOrDefault(day) ?? _weekdays[(int)WeekdayOf(day)];

    // In the order in which they open. A session may overlap the next one.
    private IEnumerable<(long Opens, long Closes)> Sessions(long firstDay, long lastDay)
    {
        for (long day = firstDay; day <= lastDay; day++)
        {
            long midnight = day * TimeSpan.TicksPerDay;
            foreach (TradingSession session in SessionsOf(day))
            {
                yield return (midnight + session.OpensAt, midnight + session.ClosesAt);
            }
        }
    }

    // After the last date with its own sessions, all weeks are the same: what does not happen in one of them, or on the day before or after, never does.
    private long LastDayToSearch(long start) => Math.Max(DayOf(start), _lastDate) + 9;

    private long LocalTicks(DateTimeOffset instant) => instant.UtcTicks + Offset.Ticks;

    private DateTimeOffset? Instant(long localTicks)
    {
        long utcTicks = localTicks - Offset.Ticks;
        bool exists = localTicks >= 0 && localTicks <= DateTime.MaxValue.Ticks && utcTicks >= 0 && utcTicks <= DateTime.MaxValue.Ticks;
        return exists ? new DateTimeOffset(localTicks, Offset) : null;
    }
}
