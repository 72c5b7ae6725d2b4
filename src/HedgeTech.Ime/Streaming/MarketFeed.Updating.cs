using HedgeTech.Ime.Streaming.Session;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime;

/// <content>Other contracts while the stream runs.</content>
public sealed partial class MarketFeed
{
    private readonly SemaphoreSlim _updating = new(1, 1);

    /// <summary>
    /// Changes what is streamed, without a gap: contracts are added and removed while the stream runs, and those that stay lose and repeat nothing.
    /// Only connections whose contracts change are replaced, by overlap. Done when the new connections carry and the old ones are gone.
    /// </summary>
    /// <param name="contracts">All that is to be streamed from then on.</param>
    /// <param name="cancellationToken">Gives the change up, with an <see cref="OperationCanceledException"/>; what was streamed before stays.</param>
    /// <remarks>
    /// One change at a time: a second call waits for the first. While the service cannot be reached it goes on trying, as the stream does. Before the
    /// stream has begun, only <see cref="Contracts"/> changes.
    /// It may be awaited in the loop that reads the feed. With <see cref="FeedOverflow.Wait"/> the connections do not wait for the loop while the new
    /// ones take over, some seconds at most, so that more than <see cref="FeedOptions.Capacity"/> snapshots may wait afterwards.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="contracts"/> is null.</exception>
    /// <exception cref="ImeSubscriptionRefusedException">The service refuses the new set; what was streamed before stays.</exception>
    /// <exception cref="ImeAuthenticationException">No token could be had for the new connections; what was streamed before stays.</exception>
    /// <exception cref="ImeConnectionException"><see cref="ReconnectOptions.MaxAttempts"/> is set and exhausted; what was streamed before stays.</exception>
    /// <exception cref="InvalidOperationException">The stream has ended, before or meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The feed or its client is disposed, before or meanwhile.</exception>
    public async Task UpdateAsync(ContractSet contracts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contracts);
        await _updating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Change(contracts) is { } update)
            {
                await DecideAsync(update, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _updating.Release();
        }
    }

    /// <summary>Begins the change; null if there is nothing to connect.</summary>
    private FeedUpdate? Change(ContractSet contracts)
    {
        lock (_gate)
        {
            if (_isStopping || IsOrphaned)
            {
                throw EndedException();
            }

            if (_supervisor is null || _supervisor.Shards.Count == 0)
            {
                Contracts = contracts;
                return null;
            }

            IReadOnlyList<Shard> shards = _supervisor.Shards;
            (IReadOnlyList<int> replaced, IReadOnlyList<ContractSet> planned) = _environment.Planner.Change([.. shards.Select(static shard => shard.Contracts)], contracts);
            if (replaced.Count == 0 && planned.Count == 0)
            {
                return null;
            }

            FeedUpdate update = _supervisor.BeginUpdate(contracts, [.. replaced.Select(index => shards[index])], planned);
            update.New.ForEach(Run);
            SetTimer();
            return update;
        }
    }

    private async Task DecideAsync(FeedUpdate update, CancellationToken cancellationToken)
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), cancelled).ConfigureAwait(false))
        {
            await Task.WhenAny(update.Decided, cancelled.Task).ConfigureAwait(false);
        }

        if (!update.Decided.IsCompleted)
        {
            Abandon(update, cancellationToken);
        }

        try
        {
            await update.Decided.ConfigureAwait(false);
        }
        catch
        {
            // Whoever gave the update up does not wait for the goodbye of its lines; the end of the feed does.
            _ = LeaveAsync(update.New);
            throw;
        }

        lock (_gate)
        {
            Contracts = update.Contracts;
        }

        await LeaveAsync(update.Old).ConfigureAwait(false);
    }

    /// <summary>Not on the thread that cancels: what the log throws is not the business of whoever cancels.</summary>
    private void Abandon(FeedUpdate update, CancellationToken cancellationToken)
    {
        try
        {
            Report(supervisor =>
            {
                if (!update.Decided.IsCompleted)
                {
                    supervisor.AbandonUpdate(new OperationCanceledException("The update was cancelled; the feed streams what it streamed before.", cancellationToken));
                }
            });
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // As on any other way to the log: the stream says why it ends.
            Fail(failure);
        }
    }

    /// <summary>Waits until nothing of some shards is left. Their lines were asked to close. Never throws.</summary>
    private async Task LeaveAsync(List<Shard> shards)
    {
        KeyValuePair<LaneRunner, Task>[] leaving;
        lock (_gate)
        {
            leaving = [.. _runners.Where(running => shards.Contains(running.Key.Shard))];
        }

        // Not under the lock: a runner may go on here and now.
        Array.ForEach(leaving, static running => running.Key.GiveUp());
        await Task.WhenAll(leaving.Select(static running => running.Value)).ConfigureAwait(false);
    }

    private Exception EndedException() => _supervisor?.End is { Failure: { } failure }
        ? new InvalidOperationException($"The feed has ended: {failure.Message}", failure)
        : _supervisor?.End is { Cancellation.IsCancellationRequested: true }
            ? new InvalidOperationException("The feed has ended: its enumeration was cancelled.")
            : new ObjectDisposedException(nameof(MarketFeed));
}
