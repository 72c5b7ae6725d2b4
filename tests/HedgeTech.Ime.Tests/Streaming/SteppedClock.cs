namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>The clock and the timers of the system. A test can set the time of day while they run, as an administrator or NTP does.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long _ticks;

    /// <summary>Sets the time of day forward or back.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));
}
