using System.ComponentModel;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime;

/// <summary>When the market trades: hours by weekday, and dates that have hours of their own or none.</summary>
/// <remarks>
/// <para>Immutable and thread-safe: every method that adds something returns new hours, so keep what it returns.</para>
/// <para>
/// A session is open from its opening on and closed from its close on: at 17:00 sharp, 10:00 to 17:00 is over.
/// A close at or before the open is on the next day, and the whole session belongs to the day on which it opens.
/// A weekday that is not named is closed. A date that is named has exactly what is said of it, whatever its weekday.
/// Where a session that passes midnight runs into one of the next day, the time that both cover counts once.
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

    /// <summary>The offset from UTC of the clock by which the hours are read.</summary>
    /// <value>Default: +03:30, Tehran.</value>
    public TimeSpan Offset => _week.Offset;

    /// <summary>Whether they open on any weekday.</summary>
    internal bool HasWeekdays => _week.HasWeekdays;

    /// <summary>The same hours on each day of the exchange's week, Saturday to Wednesday.</summary>
    /// <param name="open">When trading begins, in Tehran time unless <see cref="WithOffset"/> says otherwise.</param>
    /// <param name="close">When it ends; a time at or before <paramref name="open"/> is on the next day.</param>
    /// <exception cref="ArgumentException">Both are the same time, and not midnight.</exception>
    public static TradingHours SaturdayToWednesday(TimeOnly open, TimeOnly close) =>
        Weekly(open, close, DayOfWeek.Saturday, DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday);

    /// <summary>The same hours on each of the given weekdays.</summary>
    /// <param name="open">When trading begins, in Tehran time unless <see cref="WithOffset"/> says otherwise.</param>
    /// <param name="close">When it ends; a time at or before <paramref name="open"/> is on the next day. From midnight to midnight is the whole day.</param>
    /// <param name="days">The weekdays on which it begins.</param>
    /// <exception cref="ArgumentException"><paramref name="days"/> is empty or repeats a weekday, or both times are the same, and not midnight.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="days"/> contains a value that is not a weekday.</exception>
    public static TradingHours Weekly(TimeOnly open, TimeOnly close, params ReadOnlySpan<DayOfWeek> days)
    {
        if (days.IsEmpty)
        {
            throw new ArgumentException("No weekday is given; name at least one.", nameof(days));
        }

        TradingHours hours = new(TradingWeek.Empty);
        foreach (DayOfWeek day in days)
        {
            hours = hours.OpenOn(day, open, close);
        }

        return hours;
    }

    /// <summary>Reads hours from one text, such as a configuration holds.</summary>
    /// <param name="text">
    /// <para>
    /// Entries separated by semicolons or line breaks, such as
    /// <c>Saturday-Wednesday 10:00-12:30, 13:00-17:00; Thursday 10:00-13:00; 2026-03-21, 2026-03-22 closed; 2026-03-28 10:00-13:00; UTC+03:30</c>.
    /// </para>
    /// <para>
    /// An entry is a list of weekdays and ranges of them, in full or by three letters, and their sessions; or a list of dates and their sessions, or <c>closed</c>;
    /// or the offset, +03:30 if there is none. A date whose year is below 1700 is Jalali. <c>24:00</c> is the midnight that ends a day.
    /// </para>
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException">An entry cannot be read, or is impossible: the message quotes the entry and says what is wrong.</exception>
    public static TradingHours Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TradingHoursText.Parse(text);
    }

    /// <summary>These hours and one more session on a weekday.</summary>
    /// <param name="day">The weekday on which it begins.</param>
    /// <param name="open">When it begins.</param>
    /// <param name="close">When it ends; a time at or before <paramref name="open"/> is on the next day.</param>
    /// <exception cref="ArgumentException">It overlaps another session of that weekday, or both times are the same, and not midnight.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="day"/> is not a weekday.</exception>
    public TradingHours OpenOn(DayOfWeek day, TimeOnly open, TimeOnly close)
    {
        if (!Enum.IsDefined(day))
        {
            throw new ArgumentOutOfRangeException(nameof(day), day, "This is not a day of the week.");
        }

        return new TradingHours(_week.With(day, Add(_week.On(day), new TradingSession(open, close), day.ToString())));
    }

    /// <summary>These hours and a session on a date: the date then has its own sessions, one or more, and not those of its weekday.</summary>
    /// <param name="date">The date on which it begins. For a Jalali one: <c>new DateOnly(1405, 1, 8, new PersianCalendar())</c>.</param>
    /// <param name="open">When it begins.</param>
    /// <param name="close">When it ends; a time at or before <paramref name="open"/> is on the next day.</param>
    /// <exception cref="ArgumentException">The date is closed, the session overlaps another of that date, or both times are the same, and not midnight.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The year of <paramref name="date"/> is below 1700: a Jalali year used as a Gregorian one.</exception>
    public TradingHours OpenOn(DateOnly date, TimeOnly open, TimeOnly close)
    {
        ThrowIfJalali(date, nameof(date));
        TradingSession session = new(open, close);
        return _week.On(date) is []
            ? throw new ArgumentException($"{TradingHoursText.Format(date)} is closed and cannot be open {session}: a date has sessions of its own or none.")
            : new TradingHours(_week.With(date, Add(_week.On(date) ?? [], session, TradingHoursText.Format(date))));
    }

    /// <summary>These hours without any session on the given dates. What began the day before continues past midnight.</summary>
    /// <param name="dates">The dates, such as holidays; one that is closed already stays closed. For a Jalali one: <c>new DateOnly(1405, 1, 13, new PersianCalendar())</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="dates"/> is null.</exception>
    /// <exception cref="ArgumentException">One of the dates has sessions of its own.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The year of one is below 1700: a Jalali year used as a Gregorian one.</exception>
    public TradingHours ClosedOn(params IEnumerable<DateOnly> dates)
    {
        ArgumentNullException.ThrowIfNull(dates);
        TradingWeek week = _week;
        foreach (DateOnly date in dates)
        {
            ThrowIfJalali(date, nameof(dates));
            week = week.On(date) is [TradingSession own, ..]
                ? throw new ArgumentException($"{TradingHoursText.Format(date)} is open {own} and cannot be closed: a date has sessions of its own or none.")
                : week.With(date, []);
        }

        return new TradingHours(week);
    }

    /// <summary>The same hours by the clock of another offset from UTC.</summary>
    /// <param name="offset">Whole minutes, from -14:00 to +14:00.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is outside that range or has seconds.</exception>
    public TradingHours WithOffset(TimeSpan offset)
    {
        // What DateTimeOffset takes. No Duration() here: it throws for the smallest of all.
        if (offset < TimeSpan.FromHours(-14) || offset > TimeSpan.FromHours(14) || offset.Ticks % TimeSpan.TicksPerMinute != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The offset must be whole minutes from -14:00 to +14:00.");
        }

        return new TradingHours(_week.With(offset));
    }

    /// <summary>Whether the market is open at an instant: yes when it opens, no longer when it closes.</summary>
    /// <param name="instant">The instant, whatever its own offset.</param>
    public bool IsOpen(DateTimeOffset instant) => _week.IsOpen(instant);

    /// <summary>The next instant at which a closed market opens.</summary>
    /// <param name="after">The instant after which to look; an opening at exactly this instant does not count.</param>
    /// <returns>The opening, in <see cref="Offset"/>; null if there is no other.</returns>
    public DateTimeOffset? NextOpen(DateTimeOffset after) => _week.NextOpen(after);

    /// <summary>The next instant at which an open market closes.</summary>
    /// <param name="after">The instant after which to look; a close at exactly this instant does not count.</param>
    /// <returns>The close, in <see cref="Offset"/>; null if there is no other, as for a market that never closes.</returns>
    public DateTimeOffset? NextClose(DateTimeOffset after) => _week.NextClose(after);

    /// <summary>How much trading time lies between two instants.</summary>
    /// <param name="from">The first instant.</param>
    /// <param name="to">The second instant.</param>
    /// <returns>The time during which the market was open; zero if <paramref name="to"/> is not after <paramref name="from"/>.</returns>
    public TimeSpan OpenTimeBetween(DateTimeOffset from, DateTimeOffset to) => _week.OpenTimeBetween(from, to);

    /// <summary>The hours as <see cref="Parse"/> reads them.</summary>
    public override string ToString() => TradingHoursText.Format(_week);

    /// <summary>The first instant by which the market has been open for some time: when a silence that began in <paramref name="since"/> has lasted that long in trading time.</summary>
    /// <param name="since">The start.</param>
    /// <param name="openTime">Not negative.</param>
    /// <returns>The first instant to which <see cref="OpenTimeBetween"/> finds at least <paramref name="openTime"/>, in <see cref="Offset"/>; null if there is none.</returns>
    internal DateTimeOffset? WhenOpenFor(DateTimeOffset since, TimeSpan openTime) => _week.WhenOpenFor(since, openTime);

    private static TradingSession[] Add(TradingSession[] sessions, TradingSession added, string day)
    {
        // From midnight to midnight is the whole day; from ten to ten is more likely a slip.
        if (added.Open == added.Close && added.Open != TimeOnly.MinValue)
        {
            throw new ArgumentException($"The session {added} of {day} opens and closes at the same time; for the whole day let it open and close at 00:00.");
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
                $"This date lies in the year {date.Year} of the Gregorian calendar. Make a Jalali date with new DateOnly({date.Year}, {date.Month}, {date.Day}, new PersianCalendar()).");
        }
    }
}
