namespace HedgeTech.Ime.Recording.Replay;

/// <summary>A timer of a <see cref="ReplayClock"/>.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ReplayTimer(ReplayClock clock, TimerCallback callback, object? state) : ITimer
{
    private readonly Lock _gate = new();
    private TimeSpan _period;
    private long _version; // rises with each change, so that what was scheduled before counts no more
    private bool _isDisposed;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        long version;
        lock (_gate)
        {
            if (_isDisposed)
            {
                return false;
            }

            _period = period;
            version = ++_version;
        }

        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            clock.Schedule(this, version, clock.GetTimestamp() + dueTime.Ticks);
        }

        return true;
    }

    public bool IsCurrent(long version)
    {
        lock (_gate)
        {
            return version == _version && !_isDisposed;
        }
    }

    /// <summary>Calls back, and schedules the next time.</summary>
    public void Fire(long version, long due)
    {
        TimeSpan period;
        lock (_gate)
        {
            if (version != _version || _isDisposed)
            {
                return;
            }

            period = _period;
        }

        if (period > TimeSpan.Zero)
        {
            clock.Schedule(this, version, due + period.Ticks);
        }

        callback(state);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
