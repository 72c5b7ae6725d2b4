namespace HedgeTech.Ime.Streaming;

/// <summary>
/// A point in time by two clocks. Durations and the order of two moments use <see cref="Elapsed"/>, which does not change when somebody sets the time of day. What
/// people read, trading hours and the expiry of tokens use <see cref="Utc"/>.
/// </summary>
/// <param name="Utc">The time of day.</param>
/// <param name="Elapsed">The time since an arbitrary start. It never goes back.</param>
internal readonly record struct Moment(DateTimeOffset Utc, TimeSpan Elapsed)
{
    public static Moment Now(TimeProvider time) => new(time.GetUtcNow(), time.GetElapsedTime(0));

    /// <summary>The moment at which the clock will show a time of day, unless somebody sets it.</summary>
    public Moment At(DateTimeOffset utc) => new(utc, Elapsed + (utc - Utc));

    public static Moment operator +(Moment moment, TimeSpan time) => new(moment.Utc + time, moment.Elapsed + time);

    public static Moment operator -(Moment moment, TimeSpan time) => new(moment.Utc - time, moment.Elapsed - time);

    public static TimeSpan operator -(Moment later, Moment earlier) => later.Elapsed - earlier.Elapsed;

    public static bool operator <(Moment one, Moment other) => one.Elapsed < other.Elapsed;

    public static bool operator >(Moment one, Moment other) => one.Elapsed > other.Elapsed;

    public static bool operator <=(Moment one, Moment other) => one.Elapsed <= other.Elapsed;

    public static bool operator >=(Moment one, Moment other) => one.Elapsed >= other.Elapsed;
}
