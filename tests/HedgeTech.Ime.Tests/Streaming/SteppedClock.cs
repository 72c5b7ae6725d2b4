namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>The system's clock and timers, whose time of day can be set while everything keeps running, as an administrator or NTP does.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long _ticks;

    /// <summary>Sets the time of day forward, or back.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));
}
