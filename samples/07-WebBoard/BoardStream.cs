using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using HedgeTech.Ime;
using HedgeTech.Ime.Hosting;

namespace WebBoard;

/// <summary>
/// The updates for each browser: first the full state, then the changes four times a second. A slow browser gets updates less often, but always the newest
/// state. Only the set of changed contracts is kept for it, and nothing waits for it.
/// </summary>
internal sealed class BoardStream(MarketBoard board, OutageLog outages, IHostApplicationLifetime lifetime, TimeProvider time, bool isSimulated)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The updates for one browser, until it leaves or the application stops.</summary>
    public async IAsyncEnumerable<SseItem<BoardUpdate>> ReadAsync([EnumeratorCancellation] CancellationToken browserLeft)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(browserLeft, lifetime.ApplicationStopping);
        using PeriodicTimer timer = new(Interval, time);
        IAsyncEnumerator<MarketSnapshot> changes = board.ReadAsync(ending.Token).GetAsyncEnumerator(ending.Token);
        Task<bool> next = changes.MoveNextAsync().AsTask();
        IReadOnlyList<Outage>? sentOutages = null;
        try
        {
            do
            {
                // The first snapshot was taken when it arrived and may be outdated. Each of the others is the newest of its contract.
                Dictionary<ContractKey, ContractRow> rows = [];
                for (int left = 2 * board.Contracts.Count; left > 0 && next is { IsCompletedSuccessfully: true, Result: true }; left--)
                {
                    rows[changes.Current.Contract] = ContractRow.Of(changes.Current);
                    next = changes.MoveNextAsync().AsTask();
                }

                IReadOnlyList<Outage> known = outages.Outages;
                BoardUpdate update = new(StatusOf(known), sentOutages is null ? [.. board.Contracts.Select(static contract => contract.Value)] : null, known == sentOutages ? null : known, [.. rows.Values]);
                sentOutages = known;
                yield return new SseItem<BoardUpdate>(update, "update") { ReconnectionInterval = RetryAfter };
            }
            while (await IsTimeAsync(timer, ending.Token));
        }
        finally
        {
            // An enumerator must not be disposed while MoveNextAsync is running.
            await ending.CancelAsync();
            await Task.WhenAny(next);
            await changes.DisposeAsync();
        }
    }

    private static async Task<bool> IsTimeAsync(PeriodicTimer timer, CancellationToken ending)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ending);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private BoardStatus StatusOf(IReadOnlyList<Outage> known)
    {
        BoardStatistics statistics = board.Statistics;
        string[] interrupted = statistics.InterruptedContracts == 0 ? [] : [.. board.Snapshot().Where(static entry => entry.IsInterrupted).Select(static entry => entry.Contract.Value)];
        return new BoardStatus(
            board.State.ToString(),
            time.GetUtcNow(),
            isSimulated,
            statistics.Received,
            statistics.Dropped,
            statistics.Rejected,
            statistics.Interruptions,
            statistics.SilentContracts,
            interrupted);
    }
}
