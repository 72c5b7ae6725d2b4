using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Tests.Bridges;

/// <summary>A stream with items from the test. It tells whether a reader is still reading it.</summary>
internal sealed class Given(IEnumerable<FeedEvent> events, Exception? failure = null, bool endless = false)
{
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;

    /// <summary>Completes when the enumeration is disposed of.</summary>
    public Task Left => _left.Task;

    /// <summary>How many items the reader has asked for.</summary>
    public int Taken => Volatile.Read(ref _taken);

    public static MarketSnapshot Snapshot(int number) => new() { Contract = ContractKey.Name("SAFAB03"), Aggregate = new Aggregate { TradeCount = number } };

    public static Given Snapshots(int count, Exception? failure = null, bool endless = false) => new(Enumerable.Range(1, count).Select(Snapshot), failure, endless);

    public async IAsyncEnumerable<FeedEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            foreach (FeedEvent next in events)
            {
                Interlocked.Increment(ref _taken);
                yield return next;
            }

            if (endless)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            if (failure is not null)
            {
                throw failure;
            }
        }
        finally
        {
            _left.TrySetResult();
        }
    }

    public async IAsyncEnumerable<MarketSnapshot> SnapshotsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (FeedEvent next in EventsAsync(cancellationToken))
        {
            yield return (MarketSnapshot)next;
        }
    }
}
