namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>A sink that keeps all its calls, and runs a function of the test within each call.</summary>
internal sealed class ProbeSink(Action<ProbeCall>? within = null) : IFeedSink
{
    private readonly Lock _gate = new();
    private readonly List<ProbeCall> _calls = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    /// <summary>Whether two calls have ever run at the same time.</summary>
    public bool HasOverlapped { get; private set; }

    public IReadOnlyList<ProbeCall> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    public IReadOnlyList<ProbeCall> Snapshots => [.. Calls.Where(static call => call.Event is MarketSnapshot)];

    public IReadOnlyList<long> Numbers => [.. Snapshots.Select(static call => ((MarketSnapshot)call.Event!).Aggregate.TradeCount)];

    public void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame) => Note(new ProbeCall(nameof(OnSnapshot), snapshot, frame.ToArray(), null));

    public void OnEvent(FeedEvent feedEvent) => Note(new ProbeCall(nameof(OnEvent), feedEvent, [], null));

    public void OnBatchEnd() => Note(new ProbeCall(nameof(OnBatchEnd), null, [], null));

    public void OnEnd(Exception? exception) => Note(new ProbeCall(nameof(OnEnd), null, [], exception));

    /// <summary>Waits until the calls so far fulfil a condition.</summary>
    public async Task WhenAsync(Predicate<IReadOnlyList<ProbeCall>> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (condition(Calls))
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public Task WhenNumberAsync(long number, CancellationToken cancellationToken) =>
        WhenAsync(calls => calls.Any(call => call.Event is MarketSnapshot snapshot && snapshot.Aggregate.TradeCount == number), cancellationToken);

    private void Note(ProbeCall call)
    {
        HasOverlapped |= Interlocked.Increment(ref _running) > 1;
        TaskCompletionSource changed;
        lock (_gate)
        {
            _calls.Add(call);
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.TrySetResult();
        try
        {
            within?.Invoke(call);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}

/// <summary>A call of a sink.</summary>
internal sealed record ProbeCall(string Method, FeedEvent? Event, byte[] Frame, Exception? Exception);
