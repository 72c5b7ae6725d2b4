using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace HedgeTech.Ime.Calendar;

/// <summary>Reads and writes the dates, times and timestamps of the wire, which trading hours also use. Rejects any other spelling.</summary>
internal static class CalendarText
{
    /// <summary>The length of the longest text written here: a timestamp with seven fractional digits and an offset.</summary>
    internal const int MaxLength = 33;

    /// <summary>A date with a year below this is Jalali. No exchange uses dates between the two ranges of years.</summary>
    internal const int FirstGregorianYear = 1700;

    /// <summary>The length of a date, such as <c>2025-11-14</c>.</summary>
    internal const int DateLength = 10;

    /// <summary>The length of a time without a fraction, such as <c>12:00:00</c>.</summary>
    internal const int TimeLength = 8;

    private static readonly PersianCalendar Jalali = new();

    // Year, month and day in the upper half, the day number in the lower half; -1 for none.
    private static long _lastJalali = -1;

    /// <summary>The first date that can be written. A date before the Jalali calendar would be read as a Jalali date.</summary>
    internal static DateOnly FirstDate { get; } = DateOnly.FromDateTime(Jalali.MinSupportedDateTime);

    /// <summary>Reads a timestamp such as <c>2025-11-14T12:00:00.000000</c>: with a <c>T</c> or a space, 0 to 7 fractional digits, and optionally <c>Z</c> or an offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // so that what it finds stays in registers
    internal static bool TryReadTimestamp(ReadOnlySpan<byte> text, TimeSpan defaultOffset, out DateTimeOffset timestamp)
    {
        timestamp = default;
        if (text.Length <= DateLength
            || text[DateLength] is not ((byte)'T' or (byte)' ')
            || !CalendarDigits.TryReadDate(text[..DateLength], (byte)'-', out int year, out int month, out int day)
            || !TryCreate(year, month, day, out DateOnly date))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[(DateLength + 1)..];
        if (!CalendarDigits.TryTakeTime(ref rest, out TimeOnly time))
        {
            return false;
        }

        TimeSpan offset = defaultOffset;
        if (!rest.IsEmpty && !CalendarDigits.TryReadOffset(rest, out offset))
        {
            return false;
        }

        // Near the limits of the calendar, the offset may lead out of the range.
        DateTime local = date.ToDateTime(time);
        if (local.Ticks - offset.Ticks < DateTime.MinValue.Ticks || local.Ticks - offset.Ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        timestamp = new DateTimeOffset(local, offset);
        return true;
    }

    /// <summary>Reads a date such as <c>2025-11-14</c> or <c>2025/11/14</c>, Gregorian or Jalali; empty before the first trade of the day.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // so that what it finds stays in registers
    internal static bool TryReadDate(ReadOnlySpan<byte> text, out DateOnly? date)
    {
        date = null;
        if (text.IsEmpty)
        {
            return true;
        }

        if (!CalendarDigits.TryReadDate(text, (byte)'-', out int year, out int month, out int day)
            && !CalendarDigits.TryReadDate(text, (byte)'/', out year, out month, out day))
        {
            return false;
        }

        bool isRead = year < FirstGregorianYear
            ? TryCreateFromJalali(year, month, day, out DateOnly read)
            : TryCreate(year, month, day, out read);
        date = isRead ? read : null;
        return isRead;
    }

    /// <summary>Reads a time such as <c>12:00:00</c> with an optional fraction of 1 to 7 digits; empty before the first trade of the day.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // so that what it finds stays in registers
    internal static bool TryReadTime(ReadOnlySpan<byte> text, out TimeOnly? time)
    {
        time = null;
        if (text.IsEmpty)
        {
            return true;
        }

        bool isRead = CalendarDigits.TryTakeTime(ref text, out TimeOnly read) && text.IsEmpty;
        time = isRead ? read : null;
        return isRead;
    }

    /// <summary>Writes a timestamp, without the offset if it is the default, and with only the fractional digits that it needs.</summary>
    internal static ReadOnlySpan<byte> WriteTimestamp(DateTimeOffset timestamp, Span<byte> buffer)
    {
        string format = timestamp.Offset == Tehran.Offset ? "yyyy-MM-ddTHH:mm:ss.FFFFFFF" : "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz";
        timestamp.TryFormat(buffer, out int written, format, CultureInfo.InvariantCulture);
        return buffer[..written];
    }

    /// <summary>Writes a date. If the Gregorian form would be read as a Jalali date, writes the Jalali form, so that reading it returns the same date.</summary>
    internal static ReadOnlySpan<byte> WriteDate(DateOnly date, Span<byte> buffer)
    {
        (int year, int month, int day) = (date.Year, date.Month, date.Day);
        if (year < FirstGregorianYear)
        {
            DateTime jalali = date.ToDateTime(TimeOnly.MinValue);
            (year, month, day) = (Jalali.GetYear(jalali), Jalali.GetMonth(jalali), Jalali.GetDayOfMonth(jalali));
        }

        Utf8.TryWrite(buffer, CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}-{day:D2}", out int written);
        return buffer[..written];
    }

    internal static ReadOnlySpan<byte> WriteTime(TimeOnly time, Span<byte> buffer)
    {
        time.TryFormat(buffer, out int written, "HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
        return buffer[..written];
    }

    private static bool TryCreate(int year, int month, int day, out DateOnly date)
    {
        bool exists = year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        date = exists ? new DateOnly(year, month, day) : default;
        return exists;
    }

    private static bool TryCreateFromJalali(int year, int month, int day, out DateOnly date)
    {
        // The platform's calendar computes the position of the sun, which costs more than the rest of a message. All messages of a day have the same date, so it is kept.
        int wanted = (year << 16) | (month << 8) | day;
        long known = Volatile.Read(ref _lastJalali);
        if (wanted == (int)(known >> 32))
        {
            date = DateOnly.FromDayNumber((int)known);
            return true;
        }

        bool exists = year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= Jalali.GetDaysInMonth(year, month);
        date = exists ? new DateOnly(year, month, day, Jalali) : default;
        if (exists)
        {
            Volatile.Write(ref _lastJalali, ((long)wanted << 32) | (uint)date.DayNumber);
        }

        return exists;
    }
}
