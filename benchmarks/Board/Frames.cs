namespace HedgeTech.Ime.Benchmarks.Board;

/// <summary>Reads the same messages repeatedly on the thread of the caller, and never waits.</summary>
internal sealed class Frames(byte[][] frames, Func<long, bool> goesOn) : IMarketDataSource
{
    public async IAsyncEnumerable<FeedEvent> StreamEventsAsync(ContractSet contracts, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        for (long count = 1; goesOn(count); count++)
        {
            yield return MarketSnapshotSerializer.Deserialize(frames[count % frames.Length]) with { ReceivedAt = TimeProvider.System.GetUtcNow() };
        }
    }
}
