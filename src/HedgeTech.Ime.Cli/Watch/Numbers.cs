using System.Globalization;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>Formats numbers for the screen.</summary>
internal static class Numbers
{
    public const string Nothing = "-";

    public static string Price(decimal? price) => price?.ToString("#,0.####", CultureInfo.InvariantCulture) ?? Nothing;

    public static string Change(decimal? change) => change?.ToString("+#,0.####;-#,0.####;0", CultureInfo.InvariantCulture) ?? Nothing;

    public static string Percent(double? percent) => percent?.ToString("+0.00'%';-0.00'%';0.00'%'", CultureInfo.InvariantCulture) ?? Nothing;

    public static string Whole(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Formats a number in at most five characters plus a sign, up to a quadrillion: 999, 12.3K, 4.56M.</summary>
    public static string Short(long number)
    {
        decimal size = Math.Abs((decimal)number);
        string sign = number < 0 ? "-" : "";
        if (size < 1000)
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }

        int unit = 0;
        while (size >= 999.5m && unit < 4)
        {
            size /= 1000;
            unit++;
        }

        string digits = size switch { < 9.995m => "0.00", < 99.95m => "0.0", _ => "0" };
        return sign + size.ToString(digits, CultureInfo.InvariantCulture) + " KMBT"[unit];
    }

    /// <summary>Formats an age in at most three characters: 0s, 59s, 3m, 2h, 9d.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "0s",
        { TotalSeconds: < 60 } => $"{(int)age.TotalSeconds}s",
        { TotalMinutes: < 60 } => $"{(int)age.TotalMinutes}m",
        { TotalHours: < 24 } => $"{(int)age.TotalHours}h",
        _ => $"{Math.Min((int)age.TotalDays, 99)}d",
    };
}
