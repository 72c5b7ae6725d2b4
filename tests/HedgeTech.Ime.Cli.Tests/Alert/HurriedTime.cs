using System.Collections.Concurrent;

namespace HedgeTech.Ime.Cli.Tests.Alert;

/// <summary>A clock on which chosen waits are over at once, and which keeps how long they would have been.</summary>
/// <param name="isHurried">Whether a wait is over at once.</param>
internal sealed class HurriedTime(Predicate<TimeSpan> isHurried) : TimeProvider
{
    /// <summary>The waits that were over at once.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (!isHurried(dueTime))
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        Waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
