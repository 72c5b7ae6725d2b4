namespace HedgeTech.Ime;

/// <summary>A month of the Jalali (Solar Hijri) calendar, such as the month in which a contract is delivered.</summary>
/// <remarks>Immutable and thread-safe. The default value is not a month: its year is 0.</remarks>
public readonly record struct JalaliMonth : IComparable<JalaliMonth>
{
    /// <summary>Creates a month from its parts.</summary>
    /// <param name="year">The year, from 1 to 9377.</param>
    /// <param name="month">The month, 1 (Farvardin) to 12 (Esfand).</param>
    /// <exception cref="ArgumentOutOfRangeException">The month does not exist.</exception>
    public JalaliMonth(int year, int month)
    {
        JalaliDate first = new(year, month, 1);
        Year = first.Year;
        Month = first.Month;
    }

    /// <summary>The year, such as 1404.</summary>
    public int Year { get; }

    /// <summary>The month, 1 (Farvardin) to 12 (Esfand).</summary>
    public int Month { get; }

    /// <summary>Whether a month is before another.</summary>
    public static bool operator <(JalaliMonth left, JalaliMonth right) => left.CompareTo(right) < 0;

    /// <summary>Whether a month is after another.</summary>
    public static bool operator >(JalaliMonth left, JalaliMonth right) => left.CompareTo(right) > 0;

    /// <summary>Whether a month is before another or equal to it.</summary>
    public static bool operator <=(JalaliMonth left, JalaliMonth right) => left.CompareTo(right) <= 0;

    /// <summary>Whether a month is after another or equal to it.</summary>
    public static bool operator >=(JalaliMonth left, JalaliMonth right) => left.CompareTo(right) >= 0;

    /// <summary>Compares this month with another: returns a negative number if it is before the other, 0 if they are equal, and a positive number if it is after the other.</summary>
    /// <param name="other">The other month.</param>
    public int CompareTo(JalaliMonth other) => (Year, Month).CompareTo((other.Year, other.Month));

    /// <summary>The month in the form <c>1404/08</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Year:0000}/{Month:00}");
}
