namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// A point in time by two clocks. Waits and durations go by <see cref="Elapsed"/>, which setting the time of day does not change; the order of two moments
/// too. What people read, trading hours and the expiry of tokens go by <see cref="Utc"/>.
/// </summary>
/// <param name="Utc">The time of day.</param>
/// <param name="Elapsed">The time since an arbitrary start. It never goes back.</param>
internal readonly record struct Moment(DateTimeOffset Utc, TimeSpan Elapsed)
{
    public static Moment Now(TimeProvider time) => new(time.GetUtcNow(), time.GetElapsedTime(0));

    /// <summary>The moment at which the clock will show a time of day, if nobody sets it meanwhile.</summary>
    public Moment At(DateTimeOffset utc) => new(utc, Elapsed + (utc - Utc));

    public static Moment operator +(Moment moment, TimeSpan time) => new(moment.Utc + time, moment.Elapsed + time);

    public static Moment operator -(Moment moment, TimeSpan time) => new(moment.Utc - time, moment.Elapsed - time);

    public static TimeSpan operator -(Moment later, Moment earlier) => later.Elapsed - earlier.Elapsed;

    public static bool operator <(Moment one, Moment other) => one.Elapsed < other.Elapsed;

    public static bool operator >(Moment one, Moment other) => one.Elapsed > other.Elapsed;

    public static bool operator <=(Moment one, Moment other) => one.Elapsed <= other.Elapsed;

    public static bool operator >=(Moment one, Moment other) => one.Elapsed >= other.Elapsed;
}
