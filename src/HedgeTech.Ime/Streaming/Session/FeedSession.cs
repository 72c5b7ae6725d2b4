using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Events;
using HedgeTech.Ime.Streaming.Sinks;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>One feed for its whole life: starts, splits, updates and stops it. Thread-safe.</summary>
internal sealed class FeedSession : IEventSource, IAsyncDisposable
{
    /// <summary>How long disposal waits for sinks that do not return.</summary>
    private static readonly TimeSpan SinkPatience = TimeSpan.FromSeconds(10);

    private readonly FeedServices _services;
    private readonly OpenFeeds _openFeeds;
    private readonly FeedGate _gate;
    private readonly LineRunners _runners;
    private readonly ContractUpdater _updater;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ContractSet _contracts;
    private bool _isClaimed;
    private bool _hasBegun;

    public FeedSession(ContractSet contracts, FeedOptions options, FeedServices services, OpenFeeds openFeeds)
    {
        _contracts = contracts;
        _services = services;
        _openFeeds = openFeeds;
        SinkQueue? sinkQueue = options.Sinks.Count == 0 ? null : new SinkQueue();
        FeedSupervisor supervisor = new(new FeedBuffer(options, contracts.Count, snapshotsOnly: false), options, services.Policy, sinkQueue);
        _gate = new FeedGate(supervisor, options, services, () => _ = StopAsync(), sinkQueue);
        _runners = new LineRunners(slot => new LineRunner(slot, _gate, options, services), Split);
        _updater = new ContractUpdater(_gate, _runners, services.Planner);
    }

    public ContractSet Contracts => _contracts;

    public FeedState State => IsOrphaned ? FeedState.Ended : _gate.Read(static supervisor => supervisor.State);

    public FeedStatistics Statistics => _gate.Read(static supervisor => supervisor.Statistics);

    /// <summary>Whether the client was disposed before this feed started. The client only knows the feeds that have started.</summary>
    private bool IsOrphaned => !Volatile.Read(ref _hasBegun) && _openFeeds.IsClosed;

    private bool HasEnded => _gate.Read(static supervisor => supervisor.End is not null);

    /// <summary>Claims the one enumeration.</summary>
    /// <exception cref="InvalidOperationException">The enumeration is already claimed.</exception>
    /// <exception cref="ObjectDisposedException">The feed or its client is disposed.</exception>
    public FeedEnumerator<TEvent> Enumerate<TEvent>(CancellationToken first, CancellationToken second)
        where TEvent : FeedEvent
    {
        ObjectDisposedException.ThrowIf(IsOrphaned || (!Volatile.Read(ref _isClaimed) && HasEnded), typeof(MarketFeed));
        FeedEnumerator<TEvent> enumerator = new(this, first, second);
        _gate.Claim(enumerator, snapshotsOnly: typeof(TEvent) == typeof(MarketSnapshot));
        Volatile.Write(ref _isClaimed, true);
        return enumerator;
    }

    /// <inheritdoc cref="MarketFeed.ConnectAsync"/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _gate.Sinks?.ThrowIfCallsHere();
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(IsOrphaned || HasEnded, typeof(MarketFeed));
        if (Interlocked.Exchange(ref _isClaimed, true))
        {
            throw new InvalidOperationException("This MarketFeed has already started to connect. Call ConnectAsync once, before the enumeration.");
        }

        Task accepted = _gate.Report(static supervisor => supervisor.AcceptedAtFirst());
        Begin();
        await using (cancellationToken.UnsafeRegister(static (state, token) => ((FeedSession)state!).End(new FeedEnd(Cancellation: token)), this).ConfigureAwait(false))
        {
            await accepted.ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="MarketFeed.UpdateAsync"/>
    public Task UpdateAsync(ContractSet contracts, CancellationToken cancellationToken)
    {
        _gate.Sinks?.ThrowIfCallsHere();
        return IsOrphaned
            ? Task.FromException(FeedGate.EndedException(null))
            : _updater.UpdateAsync(contracts, accepted => _contracts = accepted, cancellationToken);
    }

    /// <inheritdoc/>
    public void Begin()
    {
        if (Interlocked.Exchange(ref _hasBegun, true))
        {
            return;
        }

        // Outside every lock. If the feed ends meanwhile, the end undoes this.
        _services.Meter.Begin(_gate.ReadMeter);
        _services.Network.Failed += _gate.Fail;
        _services.Network.Changed += Hurry;
        if (!_openFeeds.TryAdd(this))
        {
            // The client was disposed after the enumerator was created.
            End(new FeedEnd());
        }

        LineSlot[]? slots = _gate.Report(Open);
        if (slots is null)
        {
            LeaveNetwork();
            _services.Meter.End(_gate.ReadMeter);
            _openFeeds.Remove(this);
            return;
        }

        _runners.Start(slots);
        LineRunners.WithoutContext(() =>
        {
            _gate.StartTimer();
            return true;
        });
    }

    /// <inheritdoc/>
    public bool TryTake(bool wait, out FeedEvent? taken, out FeedEnd? end)
    {
        _gate.Sinks?.ThrowIfCallsHere();
        return _gate.TryTake(wait, out taken, out end);
    }

    /// <inheritdoc/>
    public void End(FeedEnd end) => _gate.End(end);

    /// <inheritdoc/>
    public void MeasureDelivery(FeedEvent delivered) => _services.Meter.Delivered(_gate.Now.Utc - delivered.ReceivedAt);

    /// <summary>Ends the feed and waits until it has released its resources.</summary>
    public async ValueTask DisposeAsync()
    {
        End(new FeedEnd());
        _gate.Sinks?.ThrowIfCallsHere();
        try
        {
            await _stopped.Task.WaitAsync(_gate.Sinks is null ? Timeout.InfiniteTimeSpan : SinkPatience, _services.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _gate.Log.SinkBlocks(SinkPatience);
        }
    }

    /// <summary>Adds the shards of the contracts; returns null if the feed has ended.</summary>
    private LineSlot[]? Open(FeedSupervisor supervisor) =>
        supervisor.End is null ? [.. _services.Planner.Plan(_contracts).Select(supervisor.AddShard).SelectMany(static shard => shard.Slots)] : null;

    /// <summary>Continues with the halves of a shard whose request line was too long.</summary>
    private void Split(Shard shard)
    {
        try
        {
            // Another slot of the shard may already have split it.
            LineSlot[] slots = _gate.Report(supervisor => supervisor.End is not null || shard.IsRetired ? []
                : supervisor.Split(shard, _services.Planner.Split(shard.Contracts), _gate.Now).SelectMany(static half => half.Slots).ToArray());
            _runners.Start(slots);
            _ = _runners.LeaveAsync([shard]);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A logger that throws is enough. Then nothing would connect the halves, and the stream would stall.
            _gate.Fail(failure);
        }
    }

    private void Hurry() => _runners.Hurry(_gate.Now);

    private void LeaveNetwork()
    {
        _services.Network.Changed -= Hurry;
        _services.Network.Failed -= _gate.Fail;
    }

    private async Task StopAsync()
    {
        try
        {
            LeaveNetwork();
            await _runners.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            if (Volatile.Read(ref _hasBegun) && _gate.Sinks is { } sinks)
            {
                await sinks.EndAsync().ConfigureAwait(false);
            }

            await _gate.DisposeAsync().ConfigureAwait(false);
            _services.Meter.End(_gate.ReadMeter);
            _openFeeds.Remove(this);
            _stopped.TrySetResult();
        }
    }
}
