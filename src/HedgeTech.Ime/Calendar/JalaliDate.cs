using System.Globalization;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime;

/// <summary>A date in the Jalali (Solar Hijri) calendar, the calendar of Iran.</summary>
/// <remarks>Immutable and thread-safe. The default value is not a date: its year is 0.</remarks>
public readonly record struct JalaliDate : IComparable<JalaliDate>
{
    private static readonly PersianCalendar Jalali = new();
    private static readonly DateOnly First = DateOnly.FromDateTime(Jalali.MinSupportedDateTime);

    /// <summary>Creates a date from its parts.</summary>
    /// <param name="year">The year, from 1 to 9378.</param>
    /// <param name="month">The month, 1 (Farvardin) to 12 (Esfand).</param>
    /// <param name="day">The day of the month, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date does not exist.</exception>
    public JalaliDate(int year, int month, int day)
    {
        _ = new DateOnly(year, month, day, Jalali);
        Year = year;
        Month = month;
        Day = day;
    }

    /// <summary>The year, such as 1404.</summary>
    public int Year { get; }

    /// <summary>The month, 1 (Farvardin) to 12 (Esfand).</summary>
    public int Month { get; }

    /// <summary>The day of the month, from 1.</summary>
    public int Day { get; }

    /// <summary>Whether a date is before another.</summary>
    public static bool operator <(JalaliDate left, JalaliDate right) => left.CompareTo(right) < 0;

    /// <summary>Whether a date is after another.</summary>
    public static bool operator >(JalaliDate left, JalaliDate right) => left.CompareTo(right) > 0;

    /// <summary>Whether a date is before another or equal to it.</summary>
    public static bool operator <=(JalaliDate left, JalaliDate right) => left.CompareTo(right) <= 0;

    /// <summary>Whether a date is after another or equal to it.</summary>
    public static bool operator >=(JalaliDate left, JalaliDate right) => left.CompareTo(right) >= 0;

    /// <summary>Converts a Gregorian date to a Jalali date.</summary>
    /// <param name="date">The Gregorian date, such as <see cref="Aggregate.Date"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The date is before 22 March 622, when the calendar begins.</exception>
    public static JalaliDate FromDate(DateOnly date)
    {
        if (date < First)
        {
            throw new ArgumentOutOfRangeException(nameof(date), date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "The Jalali calendar begins on 0622-03-22.");
        }

        DateTime day = date.ToDateTime(TimeOnly.MinValue);
        return new JalaliDate(Jalali.GetYear(day), Jalali.GetMonth(day), Jalali.GetDayOfMonth(day));
    }

    /// <summary>Returns the Jalali date in Tehran (+03:30) at an instant.</summary>
    /// <param name="instant">The instant, such as <see cref="MarketSnapshot.Timestamp"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The instant is before 22 March 622, when the calendar begins, or within hours of the end of the calendar.</exception>
    public static JalaliDate FromInstant(DateTimeOffset instant) => FromDate(DateOnly.FromDateTime(instant.ToOffset(Tehran.Offset).DateTime));

    /// <summary>Converts this date to a Gregorian date.</summary>
    /// <exception cref="ArgumentOutOfRangeException">This is the default value, which is not a date.</exception>
    public DateOnly ToDate() => new(Year, Month, Day, Jalali);

    /// <summary>Compares this date with another: returns a negative number if it is before the other, 0 if they are equal, and a positive number if it is after the other.</summary>
    /// <param name="other">The other date.</param>
    public int CompareTo(JalaliDate other) => (Year, Month, Day).CompareTo((other.Year, other.Month, other.Day));

    /// <summary>The date in the form <c>1404/08/23</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Year:0000}/{Month:00}/{Day:00}");
}
