
namespace HedgeTech.Ime.Bars;

/// <summary>Makes the bars of all contracts of a stream, in market time: the time of the newest snapshot plus the time since it arrived. Not thread-safe.</summary>
/// <param name="interval">The length of a bar.</param>
/// <param name="patience">How long after its end a bar waits for late snapshots.</param>
/// <param name="time">Measures the time since the newest snapshot arrived.</param>
internal sealed class BarAssembly(TimeSpan interval, TimeSpan patience, TimeProvider time)
{
    private readonly Dictionary<ContractKey, BarSeries> _series = [];
    private readonly HashSet<ContractKey> _asked = [];
    private DateTimeOffset? _nextEnd; // the end of a bar that is open, or that closed since this was last computed
    private DateTimeOffset _newest = DateTimeOffset.MinValue;
    private long _newestAt;

    /// <summary>The closed bars that the caller has not taken yet.</summary>
    public Queue<Bar> Closed { get; } = [];

    public void Take(FeedEvent happened)
    {
        if (happened is MarketSnapshot snapshot)
        {
            Take(snapshot);
        }
        else if (happened is FeedConnected connected)
        {
            _asked.UnionWith(connected.Contracts);
        }
        else if (happened is FeedInterrupted interrupted)
        {
            _asked.UnionWith(interrupted.Contracts);
            foreach ((ContractKey contract, BarSeries series) in _series)
            {
                // A contract that arrives under another identifier than the one asked for can be on any connection.
                if (interrupted.Contracts.Contains(contract) || !_asked.Contains(contract))
                {
                    series.Interrupt();
                }
            }
        }
    }

    /// <summary>How long until a bar may have to be closed; null if no bar is open.</summary>
    public TimeSpan? NextClose() => _nextEnd is { } end ? end + patience - MarketTime() : null;

    /// <summary>Closes the bars whose interval and patience are over.</summary>
    public void CloseOver()
    {
        DateTimeOffset over = MarketTime() - patience;
        _nextEnd = null;
        foreach (BarSeries series in _series.Values)
        {
            Add(series.CloseUntil(over));
            Expect(series.OpenUntil);
        }
    }

    /// <summary>Closes every bar, at the end of the stream.</summary>
    public void End()
    {
        foreach (BarSeries series in _series.Values)
        {
            Add(series.End());
        }
    }

    private void Take(MarketSnapshot snapshot)
    {
        if (DayTotals.TimeOf(snapshot) is not { } at)
        {
            return;
        }

        if (!_series.TryGetValue(snapshot.Contract, out BarSeries? series))
        {
            _series[snapshot.Contract] = series = new BarSeries(snapshot.Contract, interval);
        }

        Add(series.Take(snapshot, at));
        Expect(series.OpenUntil);
        if (at > _newest)
        {
            (_newest, _newestAt) = (at, time.GetTimestamp());
        }

        if (NextClose() <= TimeSpan.Zero)
        {
            CloseOver(); // the bars of contracts that are quiet
        }
    }

    private void Expect(DateTimeOffset? end)
    {
        if (end is not null && !(end >= _nextEnd))
        {
            _nextEnd = end;
        }
    }

    private DateTimeOffset MarketTime() => _newest + time.GetElapsedTime(_newestAt);

    private void Add(Bar? closed)
    {
        if (closed is not null)
        {
            Closed.Enqueue(closed);
        }
    }
}
