using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Arguments;

/// <summary>Reads the values of options. The error for an invalid one names the option, the value and what it must be.</summary>
internal static class Values
{
    /// <summary>Reads a number in the invariant culture.</summary>
    public static Func<ArgumentResult, T> Number<T>(NumberStyles style, Predicate<T> isAllowed, string allowed)
        where T : struct, INumber<T> =>
        argument => T.TryParse(argument.Tokens[0].Value, style, CultureInfo.InvariantCulture, out T number) && isAllowed(number) ? number : Wrong<T>(argument, allowed);

    /// <summary>Reads one of the names of an enumeration, regardless of case.</summary>
    public static Func<ArgumentResult, T> Choice<T>()
        where T : struct, Enum =>
        argument => Enum.GetValues<T>().Where(value => value.ToString().Equals(argument.Tokens[0].Value, StringComparison.OrdinalIgnoreCase)).Cast<T?>().FirstOrDefault()
            ?? Wrong<T>(argument, $"one of {string.Join(", ", Enum.GetNames<T>().Select(static name => name.ToLowerInvariant()))}");

    /// <summary>Reads one of some names.</summary>
    public static Func<ArgumentResult, string?> OneOf(IReadOnlyCollection<string> names) =>
        argument => names.Contains(argument.Tokens[0].Value) ? argument.Tokens[0].Value : Refuse(argument, $"one of {string.Join(", ", names)}");

    /// <summary>What such a time looks like.</summary>
    public const string TimeForms = "a time from 1s to 24h, such as 30s, 5m or 1h";

    /// <summary>Reads a time such as <c>30s</c>, <c>5m</c> or <c>1h</c>, from a second to a day.</summary>
    public static TimeSpan Time(ArgumentResult argument) => TryTime(argument.Tokens[0].Value) ?? Wrong<TimeSpan>(argument, TimeForms);

    /// <summary>Reads a time such as <c>30s</c>, <c>5m</c> or <c>1h</c>, from a second to a day; null if it cannot be read.</summary>
    public static TimeSpan? TryTime(string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, >= '0' and <= '9' => 1, _ => 0 };
        string number = text.Length > 0 && char.IsAsciiLetter(text[^1]) ? text[..^1] : text;
        return unit > 0 && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count) && count * unit is >= 1 and <= 86400
            ? TimeSpan.FromSeconds(count * unit)
            : null;
    }

    /// <summary>Reads how long to wait, such as <c>0</c>, <c>10ms</c>, <c>1s</c> or <c>1m</c>, at most a minute.</summary>
    public static TimeSpan Interval(ArgumentResult argument) =>
        Length(argument.Tokens[0].Value) is { } length && length <= TimeSpan.FromMinutes(1) ? length : Wrong<TimeSpan>(argument, "0, or a time of at most 1m, such as 10ms or 1s");

    /// <summary>Reads the length of a bar: a whole part of a day.</summary>
    public static TimeSpan BarLength(ArgumentResult argument) =>
        Length(argument.Tokens[0].Value) is { Ticks: > 0 } length && TimeSpan.TicksPerDay % length.Ticks == 0 ? length : Wrong<TimeSpan>(argument, "a whole part of a day, such as 1s, 1m, 15m or 1h");

    private static TimeSpan? Length(string text)
    {
        string unit = text.TrimStart("0123456789".ToCharArray());
        double seconds = unit switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, "d" => 86400, "" when text == "0" => 1, _ => 0 };
        return seconds > 0 && int.TryParse(text[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= 86_400_000 ? TimeSpan.FromSeconds(count * seconds) : null;
    }

    private static T Wrong<T>(ArgumentResult argument, string allowed)
        where T : struct
    {
        Refuse(argument, allowed);
        return default;
    }

    private static string? Refuse(ArgumentResult argument, string allowed)
    {
        string option = argument.Parent is OptionResult { Option.Name: var name } ? name : argument.Argument.Name.ToUpperInvariant();
        argument.AddError($"{option} is '{CellText.Printable(argument.Tokens[0].Value)}', but must be {allowed}.");
        return null;
    }
}
