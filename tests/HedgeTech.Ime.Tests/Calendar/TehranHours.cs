using System.Globalization;

namespace HedgeTech.Ime.Tests.Calendar;

/// <summary>The trading hours of the exchange, and instants in Tehran time.</summary>
internal static class TehranHours
{
    public static readonly TradingHours Exchange = TradingHours.SaturdayToWednesday(new(10, 0), new(17, 0));

    public static DateTimeOffset At(string tehran) =>
        new(DateTime.Parse(tehran, CultureInfo.InvariantCulture), new TimeSpan(3, 30, 0));
}
