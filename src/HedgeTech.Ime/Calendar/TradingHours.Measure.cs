using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime;

// Everything here is reckoned in local ticks, as long: at both ends of the calendar the local clock leaves the range of DateTime.
public sealed partial class TradingHours
{
    /// <summary>Whether the market is open at an instant: yes when it opens, no more when it closes.</summary>
    /// <param name="instant">The instant, whatever its own offset.</param>
    public bool IsOpen(DateTimeOffset instant)
    {
        long now = LocalTicks(instant);
        long today = DayOf(now);
        return IsOpen(now, today - 1) || IsOpen(now, today);
    }

    /// <summary>The next instant at which a closed market opens.</summary>
    /// <param name="after">The instant after which to look; one at which the market opens is not counted itself.</param>
    /// <returns>The opening, in <see cref="Offset"/>; null if there is none any more.</returns>
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

    /// <summary>The next instant at which an open market closes.</summary>
    /// <param name="after">The instant after which to look; one at which the market closes is not counted itself.</param>
    /// <returns>The close, in <see cref="Offset"/>; null if there is none any more, as for a market that never closes.</returns>
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

        // A week and more without a gap behind the last date: it goes on like that.
        return openUntil > start && openUntil < lastDay * TimeSpan.TicksPerDay ? Instant(openUntil) : null;
    }

    /// <summary>How much trading time lies between two instants.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="to">Where to end.</param>
    /// <returns>The time during which the market was open; zero if <paramref name="to"/> is not after <paramref name="from"/>.</returns>
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

    /// <summary>The first instant by which the market has been open for some time: when a silence that began in <paramref name="since"/> has lasted that long in trading time.</summary>
    /// <param name="since">Where to begin.</param>
    /// <param name="openTime">Not negative.</param>
    /// <returns>The first instant to which <see cref="OpenTimeBetween"/> finds at least <paramref name="openTime"/>, in <see cref="Offset"/>; null if there is none.</returns>
    internal DateTimeOffset? WhenOpenFor(DateTimeOffset since, TimeSpan openTime)
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

    // The day of the local clock, counted like DateOnly.DayNumber; the day before the first and the day after the last occur.
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

    // In the order in which they open; a session may run into the next.
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

    // Behind the last named date the weeks are all alike: what does not happen in one of them, and the day before and after, never does.
    private long LastDayToSearch(long start) => Math.Max(DayOf(start), _lastDate) + 9;

    private long LocalTicks(DateTimeOffset instant) => instant.UtcTicks + Offset.Ticks;

    private DateTimeOffset? Instant(long localTicks)
    {
        long utcTicks = localTicks - Offset.Ticks;
        bool exists = localTicks >= 0 && localTicks <= DateTime.MaxValue.Ticks && utcTicks >= 0 && utcTicks <= DateTime.MaxValue.Ticks;
        return exists ? new DateTimeOffset(localTicks, Offset) : null;
    }
}
