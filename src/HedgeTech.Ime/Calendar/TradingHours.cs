using System.ComponentModel;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime;

/// <summary>When the market is open: hours for each weekday, and dates with their own hours or none.</summary>
/// <remarks>
/// <para>Immutable and thread-safe. Every method that adds something returns new hours, so keep the returned value.</para>
/// <para>
/// A session includes its opening time but not its closing time: at exactly 17:00, the session from 10:00 to 17:00 is over.
/// A closing time at or before the opening time is on the next day, and the whole session belongs to the day on which it opens.
/// A weekday without a session is closed. A date with its own hours ignores those of its weekday.
/// If a session that passes midnight overlaps one of the next day, the common time counts once.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// TradingHours hours = TradingHours.SaturdayToWednesday(new TimeOnly(10, 0), new TimeOnly(17, 0))
///     .OpenOn(DayOfWeek.Thursday, new TimeOnly(10, 0), new TimeOnly(13, 0))
///     .ClosedOn(new DateOnly(2026, 3, 21), new DateOnly(2026, 3, 22));
/// </code>
/// </example>
[TypeConverter(typeof(TradingHoursConverter))]
public sealed class TradingHours
{
    private readonly TradingWeek _week;

    internal TradingHours(TradingWeek week) => _week = week;

    /// <summary>The offset from UTC of the times.</summary>
    /// <value>Default: +03:30, Tehran.</value>
    public TimeSpan Offset => _week.Offset;

    /// <summary>Whether the market is open on any weekday.</summary>
    internal bool HasWeekdays => _week.HasWeekdays;

    /// <summary>Creates the same hours for each day of the exchange's week, Saturday to Wednesday.</summary>
    /// <param name="open">The opening time, in Tehran time unless <see cref="WithOffset"/> changes it.</param>
    /// <param name="close">The closing time. A time at or before <paramref name="open"/> is on the next day.</param>
    /// <exception cref="ArgumentException">Both times are the same, and not midnight.</exception>
    public static TradingHours SaturdayToWednesday(TimeOnly open, TimeOnly close) =>
        Weekly(open, close, DayOfWeek.Saturday, DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday);

    /// <summary>Creates the same hours for each of the given weekdays.</summary>
    /// <param name="open">The opening time, in Tehran time unless <see cref="WithOffset"/> changes it.</param>
    /// <param name="close">The closing time. A time at or before <paramref name="open"/> is on the next day. From midnight to midnight is the whole day.</param>
    /// <param name="days">The weekdays on which the session opens.</param>
    /// <exception cref="ArgumentException"><paramref name="days"/> is empty or repeats a weekday, or both times are the same, and not midnight.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="days"/> contains a value that is not a weekday.</exception>
    public static TradingHours Weekly(TimeOnly open, TimeOnly close, params ReadOnlySpan<DayOfWeek> days)
    {
        if (days.IsEmpty)
        {
            throw new ArgumentException("No weekday is given. Name at least one.", nameof(days));
        }

        TradingHours hours = new(TradingWeek.Empty);
        foreach (DayOfWeek day in days)
        {
            hours = hours.OpenOn(day, open, close);
        }

        return hours;
    }

    /// <summary>Reads hours from text, for example from a configuration.</summary>
    /// <param name="text">
    /// <para>
    /// Entries separated by semicolons or line breaks, such as
    /// <c>Saturday-Wednesday 10:00-12:30, 13:00-17:00; Thursday 10:00-13:00; 2026-03-21, 2026-03-22 closed; 2026-03-28 10:00-13:00; UTC+03:30</c>.
    /// </para>
    /// <para>
    /// An entry is one of the following: a list of weekdays or ranges of weekdays, in full or with three letters, and their sessions; a list of dates, and
    /// their sessions or <c>closed</c>; or the offset, +03:30 by default. A date with a year below 1700 is Jalali. <c>24:00</c> is midnight at the end of a day.
    /// </para>
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException">An entry cannot be read, or is impossible. The message quotes the entry and says what is wrong.</exception>
    public static TradingHours Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TradingHoursText.Parse(text);
    }

    /// <summary>Returns these hours with another session on a weekday.</summary>
    /// <param name="day">The weekday on which the session opens.</param>
    /// <param name="open">The opening time.</param>
    /// <param name="close">The closing time. A time at or before <paramref name="open"/> is on the next day.</param>
    /// <exception cref="ArgumentException">The session overlaps another session of that weekday, or both times are the same, and not midnight.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="day"/> is not a weekday.</exception>
    public TradingHours OpenOn(DayOfWeek day, TimeOnly open, TimeOnly close)
    {
        if (!Enum.IsDefined(day))
        {
            throw new ArgumentOutOfRangeException(nameof(day), day, "This is not a day of the week.");
        }

        return new TradingHours(_week.With(day, Add(_week.On(day), new TradingSession(open, close), day.ToString())));
    }

    /// <summary>Returns these hours with a session on a date. The date then has its own sessions, one or more, instead of those of its weekday.</summary>
    /// <param name="date">The date on which the session opens. For a Jalali date: <c>new DateOnly(1405, 1, 8, new PersianCalendar())</c>.</param>
    /// <param name="open">The opening time.</param>
    /// <param name="close">The closing time. A time at or before <paramref name="open"/> is on the next day.</param>
    /// <exception cref="ArgumentException">The date is closed, the session overlaps another of that date, or both times are the same, and not midnight.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The year of <paramref name="date"/> is below 1700, so it is a Jalali year used as a Gregorian one.</exception>
    public TradingHours OpenOn(DateOnly date, TimeOnly open, TimeOnly close)
    {
        ThrowIfJalali(date, nameof(date));
        TradingSession session = new(open, close);
        return _week.On(date) is []
            ? throw new ArgumentException($"{TradingHoursText.Format(date)} is closed and cannot be open {session}. A date has its own sessions or none.")
            : new TradingHours(_week.With(date, Add(_week.On(date) ?? [], session, TradingHoursText.Format(date))));
    }

    /// <summary>Returns these hours without any session on the given dates. A session that opened the day before continues past midnight.</summary>
    /// <param name="dates">The dates, such as holidays. A date that is already closed stays closed. For a Jalali date: <c>new DateOnly(1405, 1, 13, new PersianCalendar())</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="dates"/> is null.</exception>
    /// <exception cref="ArgumentException">A date has its own sessions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The year of a date is below 1700, so it is a Jalali year used as a Gregorian one.</exception>
    public TradingHours ClosedOn(params IEnumerable<DateOnly> dates)
    {
        ArgumentNullException.ThrowIfNull(dates);
        TradingWeek week = _week;
        foreach (DateOnly date in dates)
        {
            ThrowIfJalali(date, nameof(dates));
            week = week.On(date) is [TradingSession own, ..]
                ? throw new ArgumentException($"{TradingHoursText.Format(date)} is open {own} and cannot be closed. A date has its own sessions or none.")
                : week.With(date, []);
        }

        return new TradingHours(week);
    }

    /// <summary>Returns the same hours with another offset from UTC.</summary>
    /// <param name="offset">Whole minutes, from -14:00 to +14:00.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is outside that range or has seconds.</exception>
    public TradingHours WithOffset(TimeSpan offset)
    {
        // The range of DateTimeOffset. Not with Duration(), which throws for TimeSpan.MinValue.
        if (offset < TimeSpan.FromHours(-14) || offset > TimeSpan.FromHours(14) || offset.Ticks % TimeSpan.TicksPerMinute != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The offset must be whole minutes from -14:00 to +14:00.");
        }

        return new TradingHours(_week.With(offset));
    }

    /// <summary>Whether the market is open at an instant. It is at its opening time, but not at its closing time.</summary>
    /// <param name="instant">The instant, with any offset.</param>
    public bool IsOpen(DateTimeOffset instant) => _week.IsOpen(instant);

    /// <summary>Returns the next instant at which a closed market opens.</summary>
    /// <param name="after">The instant after which to search. An opening at exactly this instant does not count.</param>
    /// <returns>The opening, with <see cref="Offset"/>; null if there is none.</returns>
    public DateTimeOffset? NextOpen(DateTimeOffset after) => _week.NextOpen(after);

    /// <summary>Returns the next instant at which an open market closes.</summary>
    /// <param name="after">The instant after which to search. A close at exactly this instant does not count.</param>
    /// <returns>The close, with <see cref="Offset"/>; null if there is none, as for a market that never closes.</returns>
    public DateTimeOffset? NextClose(DateTimeOffset after) => _week.NextClose(after);

    /// <summary>Returns how long the market is open between two instants.</summary>
    /// <param name="from">The first instant.</param>
    /// <param name="to">The second instant.</param>
    /// <returns>The open time; zero if <paramref name="to"/> is not after <paramref name="from"/>.</returns>
    public TimeSpan OpenTimeBetween(DateTimeOffset from, DateTimeOffset to) => _week.OpenTimeBetween(from, to);

    /// <summary>The hours in the form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => TradingHoursText.Format(_week);

    /// <summary>Returns when the market will have been open for some time: when a silence that started at <paramref name="since"/> has lasted that long in trading time.</summary>
    /// <param name="since">The start.</param>
    /// <param name="openTime">The trading time, not negative.</param>
    /// <returns>The first instant up to which <see cref="OpenTimeBetween"/> is at least <paramref name="openTime"/>, with <see cref="Offset"/>; null if there is none.</returns>
    internal DateTimeOffset? WhenOpenFor(DateTimeOffset since, TimeSpan openTime) => _week.WhenOpenFor(since, openTime);

    private static TradingSession[] Add(TradingSession[] sessions, TradingSession added, string day)
    {
        // From midnight to midnight is the whole day. From ten to ten is more likely a mistake.
        if (added.Open == added.Close && added.Open != TimeOnly.MinValue)
        {
            throw new ArgumentException($"The session {added} of {day} opens and closes at the same time. For the whole day, let it open and close at 00:00.");
        }

        foreach (TradingSession other in sessions)
        {
            if (other.Overlaps(added))
            {
                throw new ArgumentException($"The session {added} of {day} overlaps the session {other} of the same day.");
            }
        }

        return [.. sessions.Append(added).OrderBy(static session => session.Open)];
    }

    private static void ThrowIfJalali(DateOnly date, string parameter)
    {
        if (date.Year < CalendarText.FirstGregorianYear)
        {
            throw new ArgumentOutOfRangeException(
                parameter,
                TradingHoursText.Format(date),
                $"This date is in the year {date.Year} of the Gregorian calendar. Create a Jalali date with new DateOnly({date.Year}, {date.Month}, {date.Day}, new PersianCalendar()).");
        }
    }
}
