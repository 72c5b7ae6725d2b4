using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Arguments;

/// <summary>A time that the user wrote: a date, a time of the day, or both, in Tehran unless an offset is given.</summary>
internal sealed partial record GivenTime
{
    private static readonly string[] TimeForms = ["HH:mm", "H:mm", "HH:mm:ss", "H:mm:ss", "HH:mm:ss.FFFFFFF", "H:mm:ss.FFFFFFF"];

    /// <summary>The date; null if only a time of the day was written.</summary>
    public DateOnly? Date { get; private init; }

    /// <summary>The time of the day; null if only a date was written.</summary>
    public TimeOnly? Time { get; private init; }

    /// <summary>The offset from UTC; null for that of Tehran.</summary>
    public TimeSpan? Offset { get; private init; }

    /// <summary>What such a time looks like.</summary>
    public const string Forms = "a time such as 10:30, 2025-11-15, 2025-11-15 10:30, 1404-08-24 10:30 or 2025-11-15T07:00:00Z";

    /// <summary>Reads a time; null if it cannot be read.</summary>
    public static GivenTime? TryParse(string text)
    {
        Match parts = Parts().Match(text);
        if (!parts.Success)
        {
            return null;
        }

        DateOnly? date = null;
        if (parts.Groups["year"].Success && (date = DateOf(Number(parts, "year"), Number(parts, "month"), Number(parts, "day"))) is null)
        {
            return null;
        }

        TimeOnly? time = null;
        if (parts.Groups["time"].Success)
        {
            if (!TimeOnly.TryParseExact(parts.Groups["time"].Value, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly known))
            {
                return null;
            }

            time = known;
        }

        TimeSpan? offset = null;
        if (parts.Groups["offset"].Success)
        {
            offset = parts.Groups["offset"].Value is "Z" or "z" ? TimeSpan.Zero : (parts.Groups["sign"].Value == "-" ? -1 : 1) * new TimeSpan(Number(parts, "hours"), Number(parts, "minutes"), 0);
            if (offset.Value.Duration() > TimeSpan.FromHours(14))
            {
                return null;
            }
        }

        return date is null && time is null ? null : new GivenTime { Date = date, Time = time, Offset = offset };
    }

    /// <summary>Reads the value of an option.</summary>
    public static GivenTime? Parse(ArgumentResult argument)
    {
        if (TryParse(argument.Tokens[0].Value) is { } time)
        {
            return time;
        }

        string option = argument.Parent is OptionResult { Option.Name: var name } ? name : argument.Argument.Name;
        argument.AddError(Wrong(option, argument.Tokens[0].Value));
        return null;
    }

    /// <summary>What is said of a time that cannot be read.</summary>
    public static string Wrong(string option, string text) => $"{option} is '{CellText.Printable(text)}', but must be {Forms}.";

    /// <summary>The moment that is meant in a recording.</summary>
    /// <param name="begin">When the recording begins.</param>
    /// <param name="end">When it ends.</param>
    /// <param name="isEnd">Whether a date alone means its end.</param>
    /// <param name="option">The option, for the message.</param>
    /// <exception cref="ToolException">Only a time was written, and the recording has several days.</exception>
    public DateTimeOffset In(DateTimeOffset begin, DateTimeOffset end, bool isEnd, string option)
    {
        DateOnly first = DateOnly.FromDateTime(begin.InTehran().DateTime);
        DateOnly last = DateOnly.FromDateTime(end.InTehran().DateTime);
        if (Date is null && first != last)
        {
            throw new ToolException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"The recording covers the days {first:yyyy-MM-dd} to {last:yyyy-MM-dd}, so {option} needs a date: {first:yyyy-MM-dd} {Time:HH:mm}."));
        }

        DateTimeOffset day = new((Date ?? first).ToDateTime(TimeOnly.MinValue), Offset ?? begin.InTehran().Offset);
        return Time is { } time ? day + time.ToTimeSpan() : isEnd ? day + TimeSpan.FromDays(1) - TimeSpan.FromTicks(1) : day;
    }

    /// <summary>A Gregorian date, or a Jalali one, which its year tells; null if the calendar has no such date.</summary>
    private static DateOnly? DateOf(int year, int month, int day)
    {
        const int FirstGregorian = 1700;
        try
        {
            return year < FirstGregorian ? new JalaliDate(year, month, day).ToDate() : new DateOnly(year, month, day);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static int Number(Match parts, string name) => int.Parse(parts.Groups[name].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:(?<year>[0-9]{4})[-/](?<month>[0-9]{1,2})[-/](?<day>[0-9]{1,2})(?:[T ](?<time>[0-9]{1,2}:[0-9.:]+)(?<offset>[Zz]|(?<sign>[+-])(?<hours>[0-9]{2}):?(?<minutes>[0-9]{2}))?)?|(?<time>[0-9]{1,2}:[0-9.:]+))\z")]
    private static partial Regex Parts();
}
