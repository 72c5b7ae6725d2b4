using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Sinks;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>
/// Calls the sinks of a feed without its lock, one thread at a time, and then gives the consumer what they have seen. A thread that finds another one calling
/// them leaves what it has added to that one, so the sinks get everything in the order of the feed. Thread-safe.
/// </summary>
internal sealed class SinkPump(SinkQueue queue, SinkCaller caller, FeedGate gate)
{
    /// <summary>A receiving thread calls the sinks for other lines too, but not all the time, because its own line would wait.</summary>
    private const int MaxBatchesInARow = 8;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Refuses a call that waits for the feed, from a sink for which the feed waits.</summary>
    /// <exception cref="InvalidOperationException">This thread is within a call to a sink of this feed.</exception>
    public void ThrowIfCallsHere()
    {
        if (caller.CallsHere)
        {
            throw new InvalidOperationException("An IFeedSink must not call the feed that calls it: the feed waits until the sink returns.");
        }
    }

    /// <summary>Calls the sinks on a thread of the pool, if something waits for them and no other thread calls them.</summary>
    public void RunElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(static pump => pump.Run(pump.Take()), this, preferLocal: false);

    /// <summary>Calls the sinks with a batch, and with what is added meanwhile.</summary>
    /// <param name="batch">What this thread took; null if it does not call the sinks.</param>
    /// <remarks>Does not throw, because nothing else would take what waits. A logger that throws ends the feed.</remarks>
    public void Run(SinkBatch? batch)
    {
        for (int count = 1; batch is not null; count++)
        {
            bool isEnd = batch.End is not null;
            bool isLast = count == MaxBatchesInARow;
            int failures = caller.Call(batch, out IReadOnlyList<(string Sink, Exception Exception)> toLog);
            Log(toLog); // before another thread can call the sinks for the last time, so that a feed that has been disposed of logs nothing
            IFeedConsumer? waiting = gate.Pass(batch, failures, isLast, out SinkBatch? next, out bool announces);
            if (isLast)
            {
                RunElsewhere();
            }

            try
            {
                gate.Follow(announces, waiting, wakesHere: next is null);
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

    /// <summary>Calls the sinks for the last time, once no line is left that could bring more. Done when they have returned.</summary>
    public Task EndAsync()
    {
        gate.Read(supervisor =>
        {
            queue.End(supervisor.End!);
            return true;
        });
        RunElsewhere();
        return _ended.Task;
    }

    private SinkBatch? Take() => gate.Read(_ => queue.TryBegin());

    private void Log(IReadOnlyList<(string Sink, Exception Exception)> failures)
    {
        try
        {
            foreach ((string sink, Exception failure) in failures)
            {
                gate.Log.SinkFailed(sink, failure);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            gate.Fail(failure);
        }
    }
}
