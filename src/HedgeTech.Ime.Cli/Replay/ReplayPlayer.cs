using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Cli.Replay;

/// <summary>Plays events at the pace at which they were received, or faster; pauses, and goes on event by event. Thread-safe, but one stream at a time.</summary>
/// <param name="begin">Where the recording begins.</param>
/// <param name="speed">How fast to play: 1 as recorded.</param>
/// <param name="time">The clock of the wall.</param>
internal sealed class ReplayPlayer(DateTimeOffset begin, double speed, TimeProvider time)
{
    public const double Slowest = 0.01;
    public const double Fastest = 1_000_000;

    /// <summary>A longer time without an event, such as a night, is shortened to this.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _at = begin; // where the replay was at _wall
    private long _wall = time.GetTimestamp();
    private double _speed = speed;
    private long _played;
    private int _steps;
    private bool _isPaused;
    private bool _isOver;

    /// <summary>The time of the recording.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
            {
                return Position();
            }
        }
    }

    public double Speed
    {
        get
        {
            lock (_gate)
            {
                return _speed;
            }
        }
    }

    public bool IsPaused
    {
        get
        {
            lock (_gate)
            {
                return _isPaused;
            }
        }
    }

    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _isOver;
            }
        }
    }

    /// <summary>How many events were played.</summary>
    public long Played => Interlocked.Read(ref _played);

    /// <summary>Pauses, or goes on.</summary>
    public void TogglePause() => Change(() => _isPaused = !_isPaused);

    /// <summary>Plays the next event at once, and pauses behind it.</summary>
    public void Step() => Change(() =>
    {
        _isPaused = true;
        _steps++;
    });

    /// <summary>Plays faster by a factor.</summary>
    public void ChangeSpeed(double factor) => Change(() => _speed = Math.Clamp(_speed * factor, Slowest, Fastest));

    /// <summary>The events, each when its time has come.</summary>
    public async IAsyncEnumerable<FeedEvent> PlayAsync(IAsyncEnumerable<FeedEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (FeedEvent happened in events.WithCancellation(cancellationToken))
        {
            while (TimeLeft(happened.ReceivedAt, out Task changed) is { } left)
            {
                await changed.WaitAsync(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }

            Interlocked.Increment(ref _played);
            yield return happened;
        }

        Change(() => (_isOver, _isPaused) = (true, false));
    }

    /// <summary>How long to wait for an event unless something changes before; null if its time has come.</summary>
    private TimeSpan? TimeLeft(DateTimeOffset due, out Task changed)
    {
        lock (_gate)
        {
            changed = _changed.Task;
            if (_steps > 0)
            {
                _steps--;
                MoveTo(due);
                return null;
            }

            if (_isPaused)
            {
                return Timeout.InfiniteTimeSpan;
            }

            DateTimeOffset now = Position();
            if (due - now > LongestPause)
            {
                MoveTo(now = due - LongestPause);
            }

            TimeSpan left = (due - now) / _speed;
            return left < ShortestWait ? null : left;
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            MoveTo(Position());
            change();
            (before, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        before.SetResult();
    }

    private DateTimeOffset Position() => _isPaused || _isOver ? _at : _at + (time.GetElapsedTime(_wall) * _speed);

    private void MoveTo(DateTimeOffset at)
    {
        _at = at > _at ? at : _at;
        _wall = time.GetTimestamp();
    }
}
