namespace HedgeTech.Ime.Recording.Replay;

/// <summary>Waits between the events of a replay as long as it took, or a part of it. A consumer that was late is not made later.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ReplayPace(double speed, TimeSpan? longestPause, ReplayClock clock, TimeProvider time)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly long _begun = time.GetTimestamp();
    private TimeSpan _replayed; // in recorded time, without what was left out of long pauses
    private long? _at;

    /// <summary>Waits for the time of the next event, and moves the clock there.</summary>
    public async ValueTask WaitAsync(long ticks, CancellationToken cancellationToken)
    {
        long from = _at ?? ticks;
        bool isCut = longestPause is { } longest && ticks - from > longest.Ticks;
        while (!isCut && clock.NextDue() is { } due && due < ticks)
        {
            await WaitForAsync(TimeSpan.FromTicks(Math.Max(0, due - from)), cancellationToken).ConfigureAwait(false);
            clock.MoveTo(due);
        }

        _replayed += isCut ? longestPause!.Value : TimeSpan.FromTicks(Math.Max(0, ticks - from));
        await WaitForAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        clock.MoveTo(ticks);
        _at = Math.Max(from, ticks);
    }

    private async ValueTask WaitForAsync(TimeSpan more, CancellationToken cancellationToken)
    {
        while ((_replayed + more) / speed - time.GetElapsedTime(_begun) is var left && left > TimeSpan.Zero)
        {
            // A timer that fires early, or a very long wait: the loop waits for the rest.
            await Task.Delay(left > LongestDelay ? LongestDelay : left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
