using HedgeTech.Ime.Streaming;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>The clocks in a life of a feed: virtual time, and a time of day that is sometimes set.</summary>
internal sealed class FeedLifeClock
{
    private readonly Dictionary<DateTimeOffset, DateTimeOffset> _trueTimes = [];
    private TimeSpan _isSetBy;
    private int _settings;

    public DateTimeOffset Now { get; private set; } = new(2025, 11, 15, 8, 0, 0, TimeSpan.Zero);

    /// <summary>The current moment on the clocks of the client.</summary>
    public Moment Moment
    {
        get
        {
            Moment moment = Moments.Of(Now).Set(_isSetBy);
            _trueTimes[moment.Utc] = Now;
            return moment;
        }
    }

    /// <summary>Returns the virtual time at which the time of day of the client had a given value.</summary>
    public DateTimeOffset TrueTime(DateTimeOffset shown) => _trueTimes.GetValueOrDefault(shown, shown);

    public void MoveTo(DateTimeOffset time) => Now = time;

    /// <summary>Sets the time of day. No two settings differ by whole milliseconds, so each time of day has one virtual time.</summary>
    /// <returns>The difference between the time of day and the true time.</returns>
    public TimeSpan Set(TimeSpan by) => _isSetBy = by + TimeSpan.FromTicks(++_settings);
}
