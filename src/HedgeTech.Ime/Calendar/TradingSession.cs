using System.Globalization;

namespace HedgeTech.Ime.Calendar;

/// <summary>One stretch of trading, by the clock of the market: open from <paramref name="Open"/> on, closed from <paramref name="Close"/> on.</summary>
/// <remarks>A close at or before the open is on the next day.</remarks>
internal readonly record struct TradingSession(TimeOnly Open, TimeOnly Close)
{
    /// <summary>When it opens, in ticks since the midnight with which its day begins.</summary>
    internal long OpensAt => Open.Ticks;

    /// <summary>When it closes, in ticks since the same midnight: at most a day after it opened.</summary>
    internal long ClosesAt => Close.Ticks + (Close <= Open ? TimeSpan.TicksPerDay : 0);

    /// <summary>Whether both cover a common stretch if they open on the same day.</summary>
    internal bool Overlaps(TradingSession other) => OpensAt < other.ClosesAt && other.OpensAt < ClosesAt;

    /// <summary>Such as <c>10:00-17:00</c>; the midnight that ends a day is <c>24:00</c>.</summary>
    public override string ToString() => $"{Text(Open)}-{(Close == TimeOnly.MinValue ? "24:00" : Text(Close))}";

    /// <summary>Such as <c>10:00</c>; seconds and their fraction only where there are any.</summary>
    internal static string Text(TimeOnly time) =>
        time.ToString(time.Ticks % TimeSpan.TicksPerMinute == 0 ? "HH:mm" : "HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
}
