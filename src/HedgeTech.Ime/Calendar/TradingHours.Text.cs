using System.Globalization;
using System.Text;
using HedgeTech.Ime.Calendar;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime;

public sealed partial class TradingHours
{
    // Saturday first, as the exchange counts.
    private static readonly DayOfWeek[] Week =
        [DayOfWeek.Saturday, DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

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
    /// <exception cref="FormatException">It cannot be read, or what it says cannot be: the message quotes the entry and says what is wrong.</exception>
    public static TradingHours Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        TradingHours hours = new([.. Enumerable.Repeat<TradingSession[]>([], 7)], [], Tehran);
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

                hours = hasOffset ? throw new FormatException("There is an offset already.") : hours.WithOffset(ParseOffset(entry[3..].Trim()));
                hasOffset = true;
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                throw new FormatException($"The trading hours \"{entry}\" cannot be: {exception.Message}", exception);
            }
        }

        // Hours that are never would turn off, without a word, whatever asks them.
        return hours._weekdays.Any(static sessions => sessions.Length > 0)
            ? hours
            : throw new FormatException($"The trading hours \"{text}\" open on no weekday; name one, such as Saturday-Wednesday 10:00-17:00.");
    }

    /// <summary>The hours as <see cref="Parse"/> reads them.</summary>
    public override string ToString()
    {
        List<string> entries = [];
        for (int first = 0, next; first < Week.Length; first = next)
        {
            TradingSession[] sessions = _weekdays[(int)Week[first]];
            for (next = first + 1; next < Week.Length && _weekdays[(int)Week[next]].AsSpan().SequenceEqual(sessions);)
            {
                next++;
            }

            if (sessions.Length > 0)
            {
                string days = next - first == 1 ? $"{Week[first]}" : $"{Week[first]}-{Week[next - 1]}";
                entries.Add($"{days} {string.Join(", ", sessions)}");
            }
        }

        entries.AddRange(_dates.OrderBy(static date => date.Key).Select(static date =>
            $"{Text(DateOnly.FromDayNumber((int)date.Key))} {(date.Value.Length == 0 ? "closed" : string.Join(", ", date.Value))}"));
        entries.Add($"UTC{(Offset < TimeSpan.Zero ? '-' : '+')}{Offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture)}");
        return string.Join("; ", entries);
    }

    private static TradingHours Apply(TradingHours hours, string entry)
    {
        if (entry.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [string days, string sessions])
        {
            throw new FormatException("It must be days and their sessions, such as Saturday-Wednesday 10:00-17:00, with a semicolon before the next.");
        }

        bool isClosed = sessions.Equals("closed", StringComparison.OrdinalIgnoreCase);
        (TimeOnly Open, TimeOnly Close)[] times = isClosed ? [] : [.. sessions.Split(',').Select(ParseSession)];
        foreach (string part in days.Split(','))
        {
            if (!char.IsAsciiDigit(part.FirstOrDefault()))
            {
                DayOfWeek[] weekdays = isClosed ? throw new FormatException("A weekday is closed unless it is named; leave it out.") : ParseWeekdays(part);
                hours = weekdays.Aggregate(hours, (all, day) => times.Aggregate(all, (sum, time) => sum.OpenOn(day, time.Open, time.Close)));
                continue;
            }

            DateOnly date = ParseDate(part);
            hours = isClosed ? hours.ClosedOn(date) : times.Aggregate(hours, (sum, time) => sum.OpenOn(date, time.Open, time.Close));
        }

        return hours;
    }

    // So that one space is left: the one between the days and what is said of them.
    private static string WithoutSpacesInLists(string entry)
    {
        foreach (char separator in "-,")
        {
            entry = string.Join(separator, entry.Split(separator, StringSplitOptions.TrimEntries));
        }

        return entry;
    }

    // A range may pass the end of the week: Wed-Sun is five days.
    private static DayOfWeek[] ParseWeekdays(string text)
    {
        string[] ends = text.Split('-');
        if (ends.Length > 2)
        {
            throw new FormatException($"\"{text}\" is no range of weekdays, such as Saturday-Wednesday.");
        }

        DayOfWeek first = ParseWeekday(ends[0]);
        DayOfWeek last = ParseWeekday(ends[^1]);
        return ends.Length == 2 && first == last
            ? throw new FormatException($"\"{text}\" begins and ends on the same day; name each end once, such as Saturday-Friday for all of them.")
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

        throw new FormatException($"\"{text}\" is no weekday, such as Saturday or Sat, and no date, such as 2026-03-21.");
    }

    private static DateOnly ParseDate(string text) =>
        WireTime.TryReadDate(Encoding.UTF8.GetBytes(text), out DateOnly? date) && date is { } read
            ? read
            : throw new FormatException($"\"{text}\" is no date, such as 2026-03-21.");

    private static (TimeOnly Open, TimeOnly Close) ParseSession(string text) =>
        text.Split('-') is [string open, string close]
            ? (ParseTime(open), close == "24:00" ? TimeOnly.MinValue : ParseTime(close))
            : throw new FormatException($"\"{text}\" is no session, such as 10:00-17:00.");

    private static TimeOnly ParseTime(string text) =>
        TimeOnly.TryParseExact(text, ["H:mm", "H:mm:ss", "H:mm:ss.FFFFFFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time)
            ? time
            : throw new FormatException($"\"{text}\" is no time of the day, such as 10:00.");

    private static TimeSpan ParseOffset(string text)
    {
        if (text.Length == 0)
        {
            return TimeSpan.Zero;
        }

        return text[0] is '+' or '-' && TimeSpan.TryParseExact(text[1..], @"h\:mm", CultureInfo.InvariantCulture, out TimeSpan offset)
            ? text[0] == '-' ? -offset : offset
            : throw new FormatException($"\"UTC{text}\" is no offset, such as UTC+03:30.");
    }
}
