using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;
using HedgeTech.Ime.Streaming.Events;
using HedgeTech.Ime.Telemetry;

namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>The consumer's side of a feed. Completes synchronously while the buffer contains anything. A wait allocates nothing.</summary>
internal sealed class FeedEnumerator<TEvent>(IEventSource source, CancellationToken first, CancellationToken second)
    : IAsyncEnumerator<TEvent>, IFeedConsumer, IValueTaskSource<bool>
    where TEvent : FeedEvent
{
    private ManualResetValueTaskSourceCore<bool> _wait;
    private CancellationTokenRegistration _firstRegistration;
    private CancellationTokenRegistration _secondRegistration;
    private bool _hasBegun;
    private bool _isWaiting;
    private TEvent? _current;

    public TEvent Current => _current ?? throw new InvalidOperationException("There is no current event: MoveNextAsync was not called, or did not return true.");

    public ValueTask<bool> MoveNextAsync()
    {
        if (_isWaiting)
        {
            throw new InvalidOperationException("MoveNextAsync was called while an earlier call is still waiting. An enumerator has one consumer.");
        }

        if (!_hasBegun)
        {
            _hasBegun = true;
            _firstRegistration = EndOn(first);
            _secondRegistration = EndOn(second);
            source.Begin();
        }

        // Before the feed learns of the wait, because another thread may complete it immediately.
        _wait.Reset();
        _isWaiting = true;
        if (!source.TryTake(wait: true, out FeedEvent? taken, out FeedEnd? end))
        {
            return new ValueTask<bool>(this, _wait.Version);
        }

        _isWaiting = false;
        return ValueTask.FromResult(Accept(taken, end));
    }

    /// <summary>Ends the feed without waiting for the connections to close. Disposing the feed or its client waits for that.</summary>
    public ValueTask DisposeAsync()
    {
        _firstRegistration.Unregister();
        _secondRegistration.Unregister();
        source.End(new FeedEnd());
        return ValueTask.CompletedTask;
    }

    void IFeedConsumer.Wake() => Complete(asynchronously: true);

    void IFeedConsumer.WakeHere() => Complete(asynchronously: false);

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _wait.GetResult(token);
        _isWaiting = false;
        source.TryTake(wait: false, out FeedEvent? taken, out FeedEnd? end);
        return Accept(taken, end);
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private void Complete(bool asynchronously)
    {
        _wait.RunContinuationsAsynchronously = asynchronously;
        _wait.SetResult(true);
    }

    private CancellationTokenRegistration EndOn(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static (state, token) => ((IEventSource)state!).End(new FeedEnd(Cancellation: token)), source);

    private bool Accept(FeedEvent? taken, FeedEnd? end)
    {
        _current = (TEvent?)taken;
        if (taken is not null)
        {
            if (ImeMeter.DeliveryDelay.Enabled && taken is MarketSnapshot)
            {
                source.MeasureDelivery(taken);
            }

            return true;
        }

        end!.Cancellation.ThrowIfCancellationRequested();
        if (end.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(end.Failure);
        }

        return false;
    }
}
