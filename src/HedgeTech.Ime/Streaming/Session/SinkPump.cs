using HedgeTech.Ime.Streaming.Sinks;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>
/// Calls the sinks of a feed without its lock, one thread at a time, and then gives the consumer what they have seen. A thread that finds another one at it
/// leaves what it has added to that one, so the sinks get everything in the order of the feed. Thread-safe.
/// </summary>
internal sealed class SinkPump(SinkCaller caller, FeedGate gate)
{
    /// <summary>A thread that receives calls the sinks for other lines too, but not all the time: its own line would wait.</summary>
    private const int MaxBatchesInARow = 8;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the last call has returned.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Calls the sinks on a thread of the pool, if no other thread does.</summary>
    public void RunElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(static pump => pump.Run(pump.Gate.TakeForSinks()), this, preferLocal: false);

    /// <summary>Calls the sinks with a batch, and with what is added meanwhile.</summary>
    /// <param name="batch">What this thread took; null if it does not call the sinks.</param>
    /// <remarks>Does not throw, because nobody else would take what waits: a logger that throws ends the feed.</remarks>
    public void Run(SinkBatch? batch)
    {
        for (int count = 1; batch is not null; count++)
        {
            bool isEnd = batch.End is not null;
            int failures = caller.Call(batch, out IReadOnlyList<SinkFailure> toLog);
            (bool announces, bool wake, bool handsOver) = gate.Pass(batch, failures, isLast: count == MaxBatchesInARow, out SinkBatch? next);
            if (handsOver)
            {
                RunElsewhere();
            }

            try
            {
                Follow(toLog, announces, wake, wakesHere: next is null);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                gate.Fail(failure);
            }

            if (isEnd)
            {
                _ended.TrySetResult();
            }

            batch = next;
        }
    }

    private FeedGate Gate => gate;

    private void Follow(IReadOnlyList<SinkFailure> toLog, bool announces, bool wake, bool wakesHere)
    {
        try
        {
            foreach (SinkFailure failure in toLog)
            {
                gate.Log.SinkFailed(failure);
            }
        }
        finally
        {
            gate.Follow(announces, wake, wakesHere);
        }
    }
}
