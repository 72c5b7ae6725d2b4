using System.Diagnostics.CodeAnalysis;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>Changes the contracts of a running feed, one change at a time. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no wait handle, so there is nothing to dispose of; and a caller may still wait for it after the end.")]
internal sealed class ContractUpdater(FeedGate gate, LineRunners runners, ShardPlanner planner)
{
    private readonly SemaphoreSlim _updating = new(1, 1);

    /// <summary>Changes the contracts; completes when the new connections have taken over and the old ones are gone.</summary>
    /// <param name="contracts">What is to be streamed from then on.</param>
    /// <param name="accept">Takes the new contracts; called when the change is certain.</param>
    /// <param name="cancellationToken">Gives the change up.</param>
    public async Task UpdateAsync(ContractSet contracts, Action<ContractSet> accept, CancellationToken cancellationToken)
    {
        await _updating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (gate.Report(supervisor => Begin(supervisor, contracts, accept)) is not { } update)
            {
                return;
            }

            runners.Start(gate.Read(_ => update.New.ToArray()));
            await DecideAsync(update, cancellationToken).ConfigureAwait(false);
            accept(contracts);
            await runners.LeaveAsync(gate.Read(_ => update.Old.ToArray())).ConfigureAwait(false);
        }
        finally
        {
            _updating.Release();
        }
    }

    /// <summary>Begins the change; null if there is nothing to connect.</summary>
    private ContractUpdate? Begin(FeedSupervisor supervisor, ContractSet contracts, Action<ContractSet> accept)
    {
        if (supervisor.End is { } end)
        {
            throw FeedGate.EndedException(end);
        }

        IReadOnlyList<Shard> shards = supervisor.Shards;
        if (shards.Count == 0)
        {
            // It has not begun; when it does, it begins with these.
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
            // Whoever gave the update up does not wait for the goodbye of its lines; the end of the feed does.
            _ = runners.LeaveAsync(gate.Read(_ => update.New.ToArray()));
            throw;
        }
    }

    /// <summary>Not on the thread that cancels: an exception of the log is not the business of whoever cancels.</summary>
    private void Abandon(ContractUpdate update, CancellationToken cancellationToken)
    {
        try
        {
            gate.Report(supervisor =>
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
            gate.Fail(failure);
        }
    }
}
