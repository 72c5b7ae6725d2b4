using System.Globalization;

namespace HedgeTech.Ime.Calendar;

/// <summary>One trading session in local time: open from <paramref name="Open"/> on, closed from <paramref name="Close"/> on.</summary>
/// <remarks>A closing time at or before the opening time is on the next day.</remarks>
internal readonly record struct TradingSession(TimeOnly Open, TimeOnly Close)
{
    /// <summary>When the session opens, in ticks since midnight at the start of its day.</summary>
    internal long OpensAt => Open.Ticks;

    /// <summary>When the session closes, in ticks since the same midnight, at most a day after it opens.</summary>
    internal long ClosesAt => Close.Ticks + (Close <= Open ? TimeSpan.TicksPerDay : 0);

    /// <summary>Whether the sessions overlap if they open on the same day.</summary>
    internal bool Overlaps(TradingSession other) => OpensAt < other.ClosesAt && other.OpensAt < ClosesAt;

    /// <summary>The session in the form <c>10:00-17:00</c>. Midnight at the end of a day is <c>24:00</c>.</summary>
    public override string ToString() => $"{Text(Open)}-{(Close == TimeOnly.MinValue ? "24:00" : Text(Close))}";

    /// <summary>The time in the form <c>10:00</c>, with seconds and their fraction only if there are any.</summary>
    internal static string Text(TimeOnly time) =>
        time.ToString(time.Ticks % TimeSpan.TicksPerMinute == 0 ? "HH:mm" : "HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
}
