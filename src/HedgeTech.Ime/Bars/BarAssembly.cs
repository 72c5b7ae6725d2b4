
namespace HedgeTech.Ime.Bars;

/// <summary>Makes the bars of all contracts of a stream. Time in it is the market's: that of the newest snapshot, and what has passed since. Not thread-safe.</summary>
/// <param name="interval">How long a bar is.</param>
/// <param name="patience">How long after its end a bar waits for what is late.</param>
/// <param name="time">Measures what has passed.</param>
internal sealed class BarAssembly(TimeSpan interval, TimeSpan patience, TimeProvider time)
{
    private readonly Dictionary<ContractKey, BarSeries> _series = [];
    private readonly HashSet<ContractKey> _asked = [];
    private DateTimeOffset? _nextEnd; // of a bar that is open, or was until a moment ago
    private DateTimeOffset _newest = DateTimeOffset.MinValue;
    private long _newestAt;

    /// <summary>Bars that are closed and were not taken yet.</summary>
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
                // What comes under another identifier than it was asked for comes by some connection, nobody knows which.
                if (interrupted.Contracts.Contains(contract) || !_asked.Contains(contract))
                {
                    series.Interrupt();
                }
            }
        }
    }

    /// <summary>How long until the next bar may have to be closed; null if none is open.</summary>
    public TimeSpan? NextClose() => _nextEnd is { } end ? end + patience - MarketTime() : null;

    /// <summary>Closes the bars whose time is over.</summary>
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

    /// <summary>Closes every bar, for nothing more will come.</summary>
    public void End()
    {
        foreach (BarSeries series in _series.Values)
        {
            Add(series.End());
        }
    }

    private void Take(MarketSnapshot snapshot)
    {
        if (BarSeries.TimeOf(snapshot) is not { } at)
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
            CloseOver(); // those of contracts that are quiet
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
