using HedgeTech.Ime.Streaming;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Makes moments for tests, also for a clock that is set.</summary>
internal static class Moments
{
    /// <summary>Returns the moment of a UTC time, for a clock that is never set.</summary>
    public static Moment Of(DateTimeOffset utc) => new(utc, utc - DateTimeOffset.UnixEpoch);

    /// <summary>Returns the same moment for a clock that has been set by the given time.</summary>
    public static Moment Set(this Moment moment, TimeSpan by) => moment with { Utc = moment.Utc + by };

    public static Moment AddMilliseconds(this Moment moment, double milliseconds) => moment + TimeSpan.FromMilliseconds(milliseconds);

    public static Moment AddSeconds(this Moment moment, double seconds) => moment + TimeSpan.FromSeconds(seconds);

    public static Moment AddHours(this Moment moment, double hours) => moment + TimeSpan.FromHours(hours);

    public static Moment AddDays(this Moment moment, double days) => moment + TimeSpan.FromDays(days);
}
