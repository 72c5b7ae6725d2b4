using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using HedgeTech.Ime.Streaming.Events;
using HedgeTech.Ime.Streaming.Sinks;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>A stream that gives each event to sinks before the consumer gets it.</summary>
internal static class SinkStream
{
    public static async IAsyncEnumerable<FeedEvent> ReadAsync(
        IAsyncEnumerable<FeedEvent> events, IReadOnlyList<IFeedSink> sinks, ILogger? logger, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SinkCaller caller = new(sinks, TimeProvider.System);
        SinkBatch batch = new();
        FeedEnd end = new();
        bool hasFailed = false;
        IAsyncEnumerator<FeedEvent> reading = events.GetAsyncEnumerator(cancellationToken);
        await using ConfiguredAsyncDisposable disposing = reading.ConfigureAwait(false);
        try
        {
            while (true)
            {
                try
                {
                    if (!await reading.MoveNextAsync().ConfigureAwait(false))
                    {
                        yield break;
                    }
                }
                catch (Exception failure)
                {
                    hasFailed = true;
                    end = failure is OperationCanceledException && cancellationToken.IsCancellationRequested ? end : new FeedEnd(failure);
                    throw;
                }

                FeedEvent happened = reading.Current;
                Add(batch, happened);
                Call(caller, batch, logger, throws: true);
                yield return happened;
            }
        }
        finally
        {
            batch.End = end;
            Call(caller, batch, logger, throws: !hasFailed);
        }
    }

    private static void Add(SinkBatch batch, FeedEvent happened)
    {
        if (happened is not MarketSnapshot snapshot)
        {
            batch.Add(happened);
        }
        else if (!snapshot.Frame.IsEmpty)
        {
            batch.Add(snapshot, snapshot.Frame.Span);
        }
        else
        {
            ArrayBufferWriter<byte> written = new();
            MarketSnapshotSerializer.Serialize(snapshot, written);
            batch.Add(snapshot, written.WrittenSpan);
        }
    }

    /// <summary>Gives a batch to the sinks.</summary>
    /// <param name="caller">Calls them.</param>
    /// <param name="batch">What they get.</param>
    /// <param name="logger">Gets what they throw.</param>
    /// <param name="throws">Whether this throws it if there is no logger. An exception that ends the stream already says more.</param>
    private static void Call(SinkCaller caller, SinkBatch batch, ILogger? logger, bool throws)
    {
        caller.Call(batch, out IReadOnlyList<(string Sink, Exception Exception)> failures);
        batch.Clear();
        foreach ((string sink, Exception failure) in failures)
        {
            if (logger is not null)
            {
                FeedLog.LogSinkFailed(logger, failure, sink);
            }
            else if (throws)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }
}
