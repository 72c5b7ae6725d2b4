using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Calendar;

/// <summary>Reads and writes trading hours as text.</summary>
internal static class TradingHoursText
{
    // Saturday first, as in the week of the exchange.
    private static readonly DayOfWeek[] Week =
        [DayOfWeek.Saturday, DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    /// <summary>Reads hours as <see cref="TradingHours.Parse"/> documents them.</summary>
    /// <exception cref="FormatException">An entry cannot be read, or is impossible.</exception>
    public static TradingHours Parse(string text)
    {
        TradingHours hours = new(TradingWeek.Empty);
        bool hasOffset = false;
        foreach (string entry in text.Split([';', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                if (!entry.StartsWith("UTC", StringComparison.OrdinalIgnoreCase))
                {
                    hours = Apply(hours, WithoutSpacesInLists(entry));
                    continue;
                }

                hours = hasOffset ? throw new FormatException("The text already has an offset.") : hours.WithOffset(ParseOffset(entry[3..].Trim()));
                hasOffset = true;
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                throw new FormatException($"The trading hours \"{entry}\" are invalid: {exception.Message}", exception);
            }
        }

        // Hours that never open would silently disable everything that depends on them.
        return hours.HasWeekdays
            ? hours
            : throw new FormatException($"The trading hours \"{text}\" do not open on any weekday. Name one, such as Saturday-Wednesday 10:00-17:00.");
    }

    /// <summary>Writes a week as <see cref="Parse"/> reads it.</summary>
    public static string Format(TradingWeek week)
    {
        List<string> entries = [];
        for (int first = 0, next; first < Week.Length; first = next)
        {
            TradingSession[] sessions = week.On(Week[first]);
            for (next = first + 1; next < Week.Length && week.On(Week[next]).AsSpan().SequenceEqual(sessions);)
            {
                next++;
            }

            if (sessions.Length > 0)
            {
                string days = next - first == 1 ? $"{Week[first]}" : $"{Week[first]}-{Week[next - 1]}";
                entries.Add($"{days} {string.Join(", ", sessions)}");
            }
        }

        entries.AddRange(week.Dates.Select(static date => $"{Format(date.Date)} {(date.Sessions.Length == 0 ? "closed" : string.Join(", ", date.Sessions))}"));
        entries.Add($"UTC{(week.Offset < TimeSpan.Zero ? '-' : '+')}{week.Offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture)}");
        return string.Join("; ", entries);
    }

    /// <summary>Writes a date as <see cref="Parse"/> reads it.</summary>
    public static string Format(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static TradingHours Apply(TradingHours hours, string entry)
    {
        if (entry.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [string days, string sessions])
        {
            throw new FormatException("It must be days and their sessions, such as Saturday-Wednesday 10:00-17:00, with a semicolon before the next entry.");
        }

        bool isClosed = sessions.Equals("closed", StringComparison.OrdinalIgnoreCase);
        (TimeOnly Open, TimeOnly Close)[] times = isClosed ? [] : [.. sessions.Split(',').Select(ParseSession)];
        foreach (string part in days.Split(','))
        {
            if (!char.IsAsciiDigit(part.FirstOrDefault()))
            {
                DayOfWeek[] weekdays = isClosed ? throw new FormatException("A weekday that is not named is already closed. Leave it out.") : ParseWeekdays(part);
                hours = weekdays.Aggregate(hours, (all, day) => times.Aggregate(all, (sum, time) => sum.OpenOn(day, time.Open, time.Close)));
                continue;
            }

            DateOnly date = ParseDate(part);
            hours = isClosed ? hours.ClosedOn(date) : times.Aggregate(hours, (sum, time) => sum.OpenOn(date, time.Open, time.Close));
        }

        return hours;
    }

    // Only the space between the days and their sessions remains.
    private static string WithoutSpacesInLists(string entry)
    {
        foreach (char separator in "-,")
        {
            entry = string.Join(separator, entry.Split(separator, StringSplitOptions.TrimEntries));
        }

        return entry;
    }

    // A range may pass the end of the week: Wed-Sun has five days.
    private static DayOfWeek[] ParseWeekdays(string text)
    {
        string[] ends = text.Split('-');
        if (ends.Length > 2)
        {
            throw new FormatException($"\"{text}\" is not a range of weekdays, such as Saturday-Wednesday.");
        }

        DayOfWeek first = ParseWeekday(ends[0]);
        DayOfWeek last = ParseWeekday(ends[^1]);
        return ends.Length == 2 && first == last
            ? throw new FormatException($"\"{text}\" starts and ends on the same day. For all days, use Saturday-Friday.")
            : [.. Enumerable.Range((int)first, (((int)last - (int)first + 7) % 7) + 1).Select(static day => (DayOfWeek)(day % 7))];
    }

    private static DayOfWeek ParseWeekday(string text)
    {
        foreach (DayOfWeek day in Week)
        {
            string name = day.ToString();
            if (text.Equals(name, StringComparison.OrdinalIgnoreCase) || text.Equals(name[..3], StringComparison.OrdinalIgnoreCase))
            {
                return day;
            }
        }

        throw new FormatException($"\"{text}\" is neither a weekday, such as Saturday or Sat, nor a date, such as 2026-03-21.");
    }

    private static DateOnly ParseDate(string text) =>
        CalendarText.TryReadDate(Encoding.UTF8.GetBytes(text), out DateOnly? date) && date is { } read
            ? read
            : throw new FormatException($"\"{text}\" is not a date, such as 2026-03-21.");

    private static (TimeOnly Open, TimeOnly Close) ParseSession(string text) =>
        text.Split('-') is [string open, string close]
            ? (ParseTime(open), close == "24:00" ? TimeOnly.MinValue : ParseTime(close))
            : throw new FormatException($"\"{text}\" is not a session, such as 10:00-17:00.");

    private static TimeOnly ParseTime(string text) =>
        TimeOnly.TryParseExact(text, ["H:mm", "H:mm:ss", "H:mm:ss.FFFFFFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time)
            ? time
            : throw new FormatException($"\"{text}\" is not a time of day, such as 10:00.");

    private static TimeSpan ParseOffset(string text)
    {
        if (text.Length == 0)
        {
            return TimeSpan.Zero;
        }

        return text[0] is '+' or '-' && TimeSpan.TryParseExact(text[1..], @"h\:mm", CultureInfo.InvariantCulture, out TimeSpan offset)
            ? text[0] == '-' ? -offset : offset
            : throw new FormatException($"\"UTC{text}\" is not an offset, such as UTC+03:30.");
    }
}
