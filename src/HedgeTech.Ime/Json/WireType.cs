namespace HedgeTech.Ime.Json;

/// <summary>The type of a documented value.</summary>
internal enum WireType
{
    /// <summary>An integer: <see cref="long"/>.</summary>
    Integer,

    /// <summary>A number and its scale: <see cref="decimal"/>.</summary>
    Decimal,

    /// <summary>A date and time, with or without an offset.</summary>
    Timestamp,

    /// <summary>A date, Gregorian or Jalali; empty before the first trade.</summary>
    Date,

    /// <summary>A time of day; empty before the first trade.</summary>
    Time,
}
