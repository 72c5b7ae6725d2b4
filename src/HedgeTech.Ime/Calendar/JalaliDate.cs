using System.Globalization;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime;

/// <summary>A date of the Jalali (Solar Hijri) calendar, by which Iran counts.</summary>
/// <remarks>Immutable and thread-safe. The default value is no date: its year is 0.</remarks>
public readonly record struct JalaliDate : IComparable<JalaliDate>
{
    private static readonly PersianCalendar Jalali = new();
    private static readonly DateOnly First = DateOnly.FromDateTime(Jalali.MinSupportedDateTime);

    /// <summary>A date by its parts.</summary>
    /// <param name="year">The year, from 1 to 9378.</param>
    /// <param name="month">The month, 1 (Farvardin) to 12 (Esfand).</param>
    /// <param name="day">The day of the month, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such date.</exception>
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

    /// <summary>Whether one date is before another.</summary>
    public static bool operator <(JalaliDate left, JalaliDate right) => left.CompareTo(right) < 0;

    /// <summary>Whether one date is after another.</summary>
    public static bool operator >(JalaliDate left, JalaliDate right) => left.CompareTo(right) > 0;

    /// <summary>Whether one date is before another or the same.</summary>
    public static bool operator <=(JalaliDate left, JalaliDate right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one date is after another or the same.</summary>
    public static bool operator >=(JalaliDate left, JalaliDate right) => left.CompareTo(right) >= 0;

    /// <summary>The Jalali date of a Gregorian one.</summary>
    /// <param name="date">The Gregorian date, such as <see cref="Aggregate.Date"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is before 22 March 622, when the calendar begins.</exception>
    public static JalaliDate FromDate(DateOnly date)
    {
        if (date < First)
        {
            throw new ArgumentOutOfRangeException(nameof(date), date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "The Jalali calendar begins on 0622-03-22.");
        }

        DateTime day = date.ToDateTime(TimeOnly.MinValue);
        return new JalaliDate(Jalali.GetYear(day), Jalali.GetMonth(day), Jalali.GetDayOfMonth(day));
    }

    /// <summary>The Jalali date in Tehran (+03:30) at an instant.</summary>
    /// <param name="instant">The instant, such as <see cref="MarketSnapshot.Timestamp"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is before 22 March 622, when the calendar begins, or within hours of the end of the calendar.</exception>
    public static JalaliDate FromInstant(DateTimeOffset instant) => FromDate(DateOnly.FromDateTime(instant.ToOffset(Tehran.Offset).DateTime));

    /// <summary>The Gregorian date.</summary>
    /// <exception cref="ArgumentOutOfRangeException">This is the default value, no date.</exception>
    public DateOnly ToDate() => new(Year, Month, Day, Jalali);

    /// <summary>Negative, 0 or positive as this date is before, the same as, or after another.</summary>
    /// <param name="other">The other date.</param>
    public int CompareTo(JalaliDate other) => (Year, Month, Day).CompareTo((other.Year, other.Month, other.Day));

    /// <summary>The date as <c>1404/08/23</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Year:0000}/{Month:00}/{Day:00}");
}
