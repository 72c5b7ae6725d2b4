using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>The runners of a feed, one for each slot. Thread-safe.</summary>
/// <param name="create">Creates the runner of a slot.</param>
/// <param name="whenTooLong">Called with the shard to split when its request line was too long.</param>
internal sealed class LineRunners(Func<LineSlot, LineRunner> create, Action<Shard> whenTooLong) : IAsyncDisposable
{
    private static readonly TimeSpan HurriesAtMostEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<LineRunner, Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();
    private Moment? _hurriedAt;
    private bool _isStopping;

    /// <summary>Starts to connect slots, each independently. Does nothing once the feed has ended.</summary>
    public void Start(IEnumerable<LineSlot> slots)
    {
        lock (_gate)
        {
            foreach (LineSlot slot in _isStopping ? [] : slots)
            {
                LineRunner runner = create(slot);
                _running[runner] = WithoutContext(() => Task.Run(() => RunAsync(runner)));
            }
        }
    }

    /// <summary>Opens no more lines for some shards, and waits until all of theirs have ended. Their open lines are already being closed. Never throws.</summary>
    public Task LeaveAsync(IReadOnlyCollection<Shard> shards)
    {
        KeyValuePair<LineRunner, Task>[] leaving;
        lock (_gate)
        {
            leaving = [.. _running.Where(running => shards.Contains(running.Key.Shard))];
        }

        // Not under the lock, because a runner may continue on this thread.
        Array.ForEach(leaving, static running => running.Key.GiveUp());
        return Task.WhenAll(leaving.Select(static running => running.Value));
    }

    /// <summary>The network of the machine has changed, so runners that wait between two attempts try at once. Changes come in bursts, so this happens at most once a second.</summary>
    public void Hurry(Moment now)
    {
        LineRunner[] runners;
        lock (_gate)
        {
            if (now - _hurriedAt < HurriesAtMostEvery)
            {
                return;
            }

            _hurriedAt = now;
            runners = [.. _running.Keys];
        }

        Array.ForEach(runners, static runner => runner.Hurry());
    }

    /// <summary>Stops all runners and waits for them. No more can be started.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            _isStopping = true;
            running = [.. _running.Values];
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync(LineRunner runner)
    {
        if (await runner.RunAsync(_stopping.Token).ConfigureAwait(false))
        {
            whenTooLong(runner.Shard);
        }

        lock (_gate)
        {
            // When the feed ends, disposal waits for all of them.
            if (!_isStopping)
            {
                _running.Remove(runner);
            }
        }
    }

    /// <summary>What a feed starts outlives the call that started it, so the trace and the log scopes of that call must not flow into it.</summary>
    internal static T WithoutContext<T>(Func<T> start)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return start();
        }

        using (ExecutionContext.SuppressFlow())
        {
            return start();
        }
    }
}
