namespace HedgeTech.Ime.Json;

/// <summary>How a documented member of the wire is read.</summary>
internal enum WireType
{
    /// <summary>A whole number: <see cref="long"/>.</summary>
    Integer,

    /// <summary>A number with its scale: <see cref="decimal"/>.</summary>
    Decimal,

    /// <summary>A date and time, with or without an offset.</summary>
    Timestamp,

    /// <summary>A date, Gregorian or Jalali, or nothing before the first trade.</summary>
    Date,

    /// <summary>A time of day, or nothing before the first trade.</summary>
    Time,
}
