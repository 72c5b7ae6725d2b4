namespace HedgeTech.Ime.Testing.Market;

/// <summary>The time of the market: ticks since it started, and the time in Tehran (+03:30 all year). Thread-safe.</summary>
internal sealed class MarketClock(TimeProvider timeProvider)
{
    private static readonly TimeSpan TehranOffset = TimeSpan.FromMinutes(210);

    private readonly long _start = timeProvider.GetTimestamp();
    private readonly DateTime _startInTehran = timeProvider.GetUtcNow().UtcDateTime + TehranOffset;

    /// <summary>Monotonic: a change of the machine's clock neither stops nor speeds up the market.</summary>
    public long Elapsed => timeProvider.GetElapsedTime(_start).Ticks;

    public DateTime Now => timeProvider.GetUtcNow().UtcDateTime + TehranOffset;

    public DateTime At(long elapsed) => _startInTehran.AddTicks(elapsed);
}
