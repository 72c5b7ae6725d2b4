using System.ComponentModel;
using System.Globalization;
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
public sealed partial class TradingHours
{
    /// <summary>An exchange has no dates before this: a year below it was meant as one of the Jalali calendar.</summary>
    private const int FirstGregorianYear = 1700;

    private static readonly TimeSpan Tehran = new(3, 30, 0);

    private readonly TradingSession[][] _weekdays;
    private readonly Dictionary<long, TradingSession[]> _dates;
    private readonly long _lastDate;

    private TradingHours(TradingSession[][] weekdays, Dictionary<long, TradingSession[]> dates, TimeSpan offset)
    {
        _weekdays = weekdays;
        _dates = dates;
        _lastDate = dates.Count == 0 ? 0 : dates.Keys.Max();
        Offset = offset;
    }

    /// <summary>The offset from UTC of the clock that the hours are read by.</summary>
    /// <value>Default: +03:30, Tehran.</value>
    public TimeSpan Offset { get; }

    /// <summary>The same hours on each day of the exchange's week, Saturday to Wednesday.</summary>
    /// <param name="open">When trading begins, in Tehran time unless <see cref="WithOffset"/> says otherwise.</param>
    /// <param name="close">When it ends; at or before <paramref name="open"/>: on the next day.</param>
    /// <exception cref="ArgumentException">Both are the same time, and not midnight.</exception>
    public static TradingHours SaturdayToWednesday(TimeOnly open, TimeOnly close) =>
        Weekly(open, close, DayOfWeek.Saturday, DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday);

    /// <summary>The same hours on each of the given weekdays.</summary>
    /// <param name="open">When trading begins, in Tehran time unless <see cref="WithOffset"/> says otherwise.</param>
    /// <param name="close">When it ends; at or before <paramref name="open"/>: on the next day. From midnight to midnight is the whole day.</param>
    /// <param name="days">The weekdays on which it begins.</param>
    /// <exception cref="ArgumentException">There is no weekday, one is there twice, or both times are the same, and not midnight.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One of the weekdays is none.</exception>
    public static TradingHours Weekly(TimeOnly open, TimeOnly close, params ReadOnlySpan<DayOfWeek> days)
    {
        if (days.IsEmpty)
        {
            throw new ArgumentException("There is no weekday; name at least one.", nameof(days));
        }

        TradingHours hours = new([.. Enumerable.Repeat<TradingSession[]>([], 7)], [], Tehran);
        foreach (DayOfWeek day in days)
        {
            hours = hours.OpenOn(day, open, close);
        }

        return hours;
    }

    /// <summary>These hours and one more session on a weekday.</summary>
    /// <param name="day">The weekday on which it begins.</param>
    /// <param name="open">When it begins.</param>
    /// <param name="close">When it ends; at or before <paramref name="open"/>: on the next day.</param>
    /// <exception cref="ArgumentException">It overlaps another session of that weekday, or both times are the same, and not midnight.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="day"/> is no weekday.</exception>
    public TradingHours OpenOn(DayOfWeek day, TimeOnly open, TimeOnly close)
    {
        if (!Enum.IsDefined(day))
        {
            throw new ArgumentOutOfRangeException(nameof(day), day, "This is no day of the week.");
        }

        TradingSession[][] weekdays = [.. _weekdays];
        weekdays[(int)day] = Add(weekdays[(int)day], new TradingSession(open, close), day.ToString());
        return new TradingHours(weekdays, _dates, Offset);
    }

    /// <summary>These hours and a session on a date: the date then has its own sessions, one or more, and none of its weekday.</summary>
    /// <param name="date">The date on which it begins. For a Jalali one: <c>new DateOnly(1405, 1, 8, new PersianCalendar())</c>.</param>
    /// <param name="open">When it begins.</param>
    /// <param name="close">When it ends; at or before <paramref name="open"/>: on the next day.</param>
    /// <exception cref="ArgumentException">The date is closed, the session overlaps another of that date, or both times are the same, and not midnight.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The year of <paramref name="date"/> is below 1700: a Jalali one taken for a Gregorian.</exception>
    public TradingHours OpenOn(DateOnly date, TimeOnly open, TimeOnly close)
    {
        ThrowIfJalali(date, nameof(date));
        TradingSession[] sessions = _dates.GetValueOrDefault(date.DayNumber) ?? [];
        if (sessions.Length == 0 && _dates.ContainsKey(date.DayNumber))
        {
            throw new ArgumentException($"{Text(date)} is closed and cannot be open {new TradingSession(open, close)}: a date has sessions of its own or none.");
        }

        Dictionary<long, TradingSession[]> dates = new(_dates) { [date.DayNumber] = Add(sessions, new TradingSession(open, close), Text(date)) };
        return new TradingHours(_weekdays, dates, Offset);
    }

    /// <summary>These hours without any session on the given dates. What began the day before runs on past midnight.</summary>
    /// <param name="dates">The dates, such as holidays; one that is closed already stays so. For a Jalali one: <c>new DateOnly(1405, 1, 13, new PersianCalendar())</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="dates"/> is null.</exception>
    /// <exception cref="ArgumentException">One of the dates has sessions of its own.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The year of one is below 1700: a Jalali one taken for a Gregorian.</exception>
    public TradingHours ClosedOn(params IEnumerable<DateOnly> dates)
    {
        ArgumentNullException.ThrowIfNull(dates);
        Dictionary<long, TradingSession[]> closed = new(_dates);
        foreach (DateOnly date in dates)
        {
            ThrowIfJalali(date, nameof(dates));
            if (!closed.TryAdd(date.DayNumber, []) && closed[date.DayNumber] is [TradingSession own, ..])
            {
                throw new ArgumentException($"{Text(date)} is open {own} and cannot be closed: a date has sessions of its own or none.");
            }
        }

        return new TradingHours(_weekdays, closed, Offset);
    }

    /// <summary>The same hours by the clock of another offset from UTC.</summary>
    /// <param name="offset">Whole minutes, from -14:00 to +14:00.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is something else.</exception>
    public TradingHours WithOffset(TimeSpan offset)
    {
        // What DateTimeOffset takes. No Duration() here: it throws for the smallest of all.
        if (offset < TimeSpan.FromHours(-14) || offset > TimeSpan.FromHours(14) || offset.Ticks % TimeSpan.TicksPerMinute != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The offset must be whole minutes from -14:00 to +14:00.");
        }

        return new TradingHours(_weekdays, _dates, offset);
    }

    private static TradingSession[] Add(TradingSession[] sessions, TradingSession added, string day)
    {
        // From midnight to midnight says the whole day; from ten to ten is more likely a slip.
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
        if (date.Year < FirstGregorianYear)
        {
            throw new ArgumentOutOfRangeException(
                parameter,
                Text(date),
                $"This date lies in the year {date.Year} of the Gregorian calendar. A date of the Jalali calendar is made by new DateOnly({date.Year}, {date.Month}, {date.Day}, new PersianCalendar()).");
        }
    }

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
