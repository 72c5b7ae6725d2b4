using System.Threading.Tasks.Sources;

namespace HedgeTech.Ime.Relay.Redis;

/// <summary>Wakes one consumer. Thread-safe, apart from <see cref="WaitAsync"/>, which is for the consumer alone.</summary>
internal sealed class WakeSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Set = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _source;
    private int _state;

    /// <summary>Whether the next wait ends at once.</summary>
    public bool IsSet => Volatile.Read(ref _state) == Set;

    /// <summary>Waits until the next wake, or not at all if there was one since the last wait.</summary>
    public ValueTask WaitAsync()
    {
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
        {
            return new ValueTask(this, _source.Version);
        }

        Interlocked.Exchange(ref _state, Idle); // a full fence: the consumer must not look for what has come before others can see that the next wake counts
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the wait.</summary>
    /// <param name="here">Whether the consumer goes on in this call, which saves a change of thread. Otherwise it goes on on the thread pool.</param>
    public void Wake(bool here = false)
    {
        if (Interlocked.CompareExchange(ref _state, Set, Idle) == Waiting && Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
        {
            _source.RunContinuationsAsynchronously = !here;
            _source.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _source.OnCompleted(continuation, state, token, flags);
}
