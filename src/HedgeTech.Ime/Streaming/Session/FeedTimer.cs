namespace HedgeTech.Ime.Streaming.Session;

/// <summary>The one timer of a feed, set to the moment at which the heart has something to decide. Not thread-safe: used under the lock of the feed, except for its disposal.</summary>
internal sealed class FeedTimer(TimeProvider timeProvider, Action onDue) : IAsyncDisposable
{
    /// <summary>A timer accepts at most a few weeks.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>A timer may fire slightly before the clock shows its time. This keeps it from firing again at once.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private ITimer? _timer;
    private Moment? _due;
    private bool _isOver;

    /// <summary>Creates the timer. Until then <see cref="Set"/> does nothing.</summary>
    public void Start() =>
        _timer = _isOver ? null : timeProvider.CreateTimer(static due => ((Action)due!)(), onDue, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Sets the timer; null stops it.</summary>
    public void Set(Moment? due, Moment now)
    {
        if (_timer is null || _isOver || due == _due)
        {
            return;
        }

        _due = due;
        TimeSpan wait = due is { } at ? at - now : Timeout.InfiniteTimeSpan;
        if (due is not null)
        {
            wait = wait > LongestWait ? LongestWait : wait > ShortestWait ? wait : ShortestWait;
        }

        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Forgets what the timer was set to, because it has fired.</summary>
    public void Fired() => _due = null;

    public void Stop() => _isOver = true;

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;
}
