using HedgeTech.Ime.Streaming;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>Moments of a monotonic clock, and of one that is set.</summary>
internal static class Moments
{
    /// <summary>The moment at which a clock that shows the right time shows this.</summary>
    public static Moment Of(DateTimeOffset utc) => new(utc, utc - DateTimeOffset.UnixEpoch);

    /// <summary>The same moment by a clock that was set.</summary>
    public static Moment Set(this Moment moment, TimeSpan by) => moment with { Utc = moment.Utc + by };

    public static Moment AddMilliseconds(this Moment moment, double milliseconds) => moment + TimeSpan.FromMilliseconds(milliseconds);

    public static Moment AddSeconds(this Moment moment, double seconds) => moment + TimeSpan.FromSeconds(seconds);

    public static Moment AddHours(this Moment moment, double hours) => moment + TimeSpan.FromHours(hours);

    public static Moment AddDays(this Moment moment, double days) => moment + TimeSpan.FromDays(days);
}
