namespace HedgeTech.Ime.Streaming.Sinks;

/// <summary>Calls the sinks of a feed and survives what they throw. Used by one thread at a time, without a lock.</summary>
internal sealed class SinkCaller
{
    /// <summary>Failures less than this apart are one episode.</summary>
    private static readonly TimeSpan EpisodeEnds = TimeSpan.FromSeconds(10);

    private readonly Called[] _sinks;
    private readonly TimeProvider _timeProvider;

    [ThreadStatic]
    private static SinkCaller? _callsHere;

    public SinkCaller(IEnumerable<IFeedSink> sinks, TimeProvider timeProvider)
    {
        _sinks = [.. sinks.Select(static sink => new Called(sink))];
        _timeProvider = timeProvider;
    }

    /// <summary>Whether this thread is within a call to a sink of this feed.</summary>
    public bool CallsHere => ReferenceEquals(_callsHere, this);

    /// <summary>Gives a batch to every sink.</summary>
    /// <param name="batch">What they get.</param>
    /// <param name="begun">The failures to log, with the name of the type of the sink: the first of each episode.</param>
    /// <returns>The number of calls that threw.</returns>
    public int Call(SinkBatch batch, out IReadOnlyList<(string Sink, Exception Exception)> begun)
    {
        List<(string Sink, Exception Exception)>? failures = null;
        int count = 0;
        SinkCaller? outer = _callsHere;
        _callsHere = this;
        try
        {
            foreach (Called sink in _sinks)
            {
                foreach (ref readonly SinkEntry entry in batch.Entries)
                {
                    try
                    {
                        if (entry.Event is MarketSnapshot snapshot)
                        {
                            sink.Sink.OnSnapshot(snapshot, entry.Frame.Span);
                        }
                        else
                        {
                            sink.Sink.OnEvent(entry.Event);
                        }
                    }
                    catch (Exception failure) when (failure is not OutOfMemoryException)
                    {
                        count++;
                        Note(sink, failure, ref failures);
                    }
                }
            }

            foreach (Called sink in _sinks)
            {
                count += CallEnds(sink, batch, ref failures);
            }
        }
        finally
        {
            _callsHere = outer;
        }

        begun = failures ?? (IReadOnlyList<(string, Exception)>)[];
        return count;
    }

    private int CallEnds(Called sink, SinkBatch batch, ref List<(string Sink, Exception Exception)>? failures)
    {
        int count = 0;
        try
        {
            if (!batch.IsEmpty)
            {
                sink.Sink.OnBatchEnd();
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            count++;
            Note(sink, failure, ref failures);
        }

        try
        {
            if (batch.End is { } end)
            {
                sink.Sink.OnEnd(end.Failure);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            count++;
            Note(sink, failure, ref failures);
        }

        return count;
    }

    private void Note(Called sink, Exception failure, ref List<(string Sink, Exception Exception)>? failures)
    {
        long now = _timeProvider.GetTimestamp();
        if (sink.FailedAt is not { } before || _timeProvider.GetElapsedTime(before, now) >= EpisodeEnds)
        {
            (failures ??= []).Add((sink.Sink.GetType().Name, failure));
        }

        sink.FailedAt = now;
    }

    /// <summary>A sink, and when it last threw.</summary>
    private sealed class Called(IFeedSink sink)
    {
        public IFeedSink Sink { get; } = sink;

        public long? FailedAt { get; set; }
    }
}
