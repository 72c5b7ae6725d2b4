namespace HedgeTech.Ime.Recording.Replay;

/// <summary>A clock that a replay moves. Its timers fire on the thread that replays, each at its own time.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ReplayClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(ReplayTimer Timer, long Version), long> _due = new();
    private long _now = start.UtcTicks;
    private long _nextDue = long.MaxValue; // when the first in the queue is due: read without the lock, so that an event without timers costs none

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ReplayTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>When the next timer is due, in UTC ticks; null if none is.</summary>
    public long? NextDue()
    {
        lock (_gate)
        {
            while (_due.TryPeek(out (ReplayTimer Timer, long Version) next, out long at))
            {
                if (next.Timer.IsCurrent(next.Version))
                {
                    return at;
                }

                _due.Dequeue();
            }

            return null;
        }
    }

    /// <summary>Moves the clock on, and fires what becomes due on the way. Never moves it back.</summary>
    /// <param name="ticks">The time, in UTC ticks.</param>
    public void MoveTo(long ticks)
    {
        while (Volatile.Read(ref _nextDue) <= ticks && TryTakeDue(ticks, out ReplayTimer? timer, out long version, out long due))
        {
            Raise(due);
            timer.Fire(version, due);
        }

        Raise(ticks);
    }

    internal void Schedule(ReplayTimer timer, long version, long at)
    {
        lock (_gate)
        {
            _due.Enqueue((timer, version), at);
            Volatile.Write(ref _nextDue, Math.Min(_nextDue, at));
        }
    }

    /// <summary>Takes the next timer that is due, whatever other streams of the same source take meanwhile.</summary>
    private bool TryTakeDue(long ticks, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ReplayTimer? timer, out long version, out long due)
    {
        lock (_gate)
        {
            if (_due.TryPeek(out _, out due) && due <= ticks)
            {
                (timer, version) = _due.Dequeue();
                Volatile.Write(ref _nextDue, _due.TryPeek(out _, out long next) ? next : long.MaxValue);
                return true;
            }

            (timer, version) = (null, 0);
            return false;
        }
    }

    private void Raise(long ticks)
    {
        for (long now = Interlocked.Read(ref _now); now < ticks; now = Interlocked.Read(ref _now))
        {
            Interlocked.CompareExchange(ref _now, ticks, now);
        }
    }
}
