using HedgeTech.Ime.Streaming;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>The clocks in a life of a feed: virtual time, and a time of day that somebody sets now and then.</summary>
internal sealed class FeedLifeClock
{
    private readonly Dictionary<DateTimeOffset, DateTimeOffset> _trueTimes = [];
    private TimeSpan _isSetBy;
    private int _settings;

    public DateTimeOffset Now { get; private set; } = new(2025, 11, 15, 8, 0, 0, TimeSpan.Zero);

    /// <summary>The present, as the client's clocks show it.</summary>
    public Moment Moment
    {
        get
        {
            Moment moment = Moments.Of(Now).Set(_isSetBy);
            _trueTimes[moment.Utc] = Now;
            return moment;
        }
    }

    /// <summary>Returns when the client's time of day showed this.</summary>
    public DateTimeOffset TrueTime(DateTimeOffset shown) => _trueTimes.GetValueOrDefault(shown, shown);

    public void MoveTo(DateTimeOffset time) => Now = time;

    /// <summary>Sets the time of day. No two settings differ by whole milliseconds, so a time tells when it was.</summary>
    /// <returns>How far the time of day is now from the true time.</returns>
    public TimeSpan Set(TimeSpan by) => _isSetBy = by + TimeSpan.FromTicks(++_settings);
}
