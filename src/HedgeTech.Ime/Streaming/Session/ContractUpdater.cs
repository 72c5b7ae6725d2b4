using System.Diagnostics.CodeAnalysis;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>Changes the contracts of a running feed, one change at a time. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no wait handle, so there is nothing to dispose, and a caller may still wait for it after the feed has ended.")]
internal sealed class ContractUpdater(FeedGate gate, LineRunners runners, ShardPlanner planner)
{
    private readonly SemaphoreSlim _updating = new(1, 1);

    /// <summary>Changes the contracts. Completes when the new connections have taken over and the old ones are closed.</summary>
    /// <param name="contracts">The contracts to stream after the change.</param>
    /// <param name="accept">Called with the new contracts when the change is certain.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    public async Task UpdateAsync(ContractSet contracts, Action<ContractSet> accept, CancellationToken cancellationToken)
    {
        await _updating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (gate.Report(supervisor => Begin(supervisor, contracts, accept)) is not { } update)
            {
                return;
            }

            runners.Start(gate.Read(_ => update.New.SelectMany(static shard => shard.Slots).ToArray()));
            await DecideAsync(update, cancellationToken).ConfigureAwait(false);
            accept(contracts);

            // The change is made. The old connections may still bring messages for a while, so a caller that cancels no longer waits for them.
            Task left = runners.LeaveAsync(gate.Read(_ => update.Old.ToArray()));
            await left.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _updating.Release();
        }
    }

    /// <summary>Starts the change; returns null if there is nothing to connect.</summary>
    private ContractUpdate? Begin(FeedSupervisor supervisor, ContractSet contracts, Action<ContractSet> accept)
    {
        if (supervisor.End is { } end)
        {
            throw FeedGate.EndedException(end);
        }

        IReadOnlyList<Shard> shards = supervisor.Shards;
        if (shards.Count == 0)
        {
            // The feed has not started. When it does, it connects with these contracts.
            accept(contracts);
            return null;
        }

        (IReadOnlyList<int> replaced, IReadOnlyList<ContractSet> planned) = planner.Change([.. shards.Select(static shard => shard.Contracts)], contracts);
        return replaced.Count == 0 && planned.Count == 0
            ? null
            : supervisor.BeginUpdate(contracts, [.. replaced.Select(index => shards[index])], planned);
    }

    private async Task DecideAsync(ContractUpdate update, CancellationToken cancellationToken)
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
            // A caller that cancels the update does not wait for its lines to close. The end of the feed does.
            _ = runners.LeaveAsync(gate.Read(_ => update.New.ToArray()));
            throw;
        }
    }

    /// <summary>Abandons the update. Not called on the thread that cancels, which should not get an exception of the log.</summary>
    private void Abandon(ContractUpdate update, CancellationToken cancellationToken)
    {
        try
        {
            gate.Report(supervisor =>
            {
                if (!update.Decided.IsCompleted)
                {
                    supervisor.AbandonUpdate(new OperationCanceledException("The update was cancelled. The feed keeps its contracts.", cancellationToken));
                }
            });
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // As for every other failure to log, the stream ends and says why.
            gate.Fail(failure);
        }
    }
}
