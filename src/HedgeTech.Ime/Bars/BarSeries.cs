using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime.Bars;

/// <summary>Makes the bars of one contract from its snapshots, with at most one open bar. Not thread-safe.</summary>
internal sealed class BarSeries(ContractKey contract, TimeSpan interval)
{
    private readonly DayTotals _totals = new();
    private Bar? _open;
    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;
    private DateTimeOffset _incompleteUntil = DateTimeOffset.MinValue;
    private bool _hasGap;

    /// <summary>When the open bar ends; null if there is none.</summary>
    public DateTimeOffset? OpenUntil => _open?.End;

    /// <summary>Adds the next snapshot of the contract, with its time.</summary>
    /// <returns>The bar that the snapshot closes, if any.</returns>
    public Bar? Take(MarketSnapshot snapshot, DateTimeOffset at)
    {
        DateTimeOffset start = StartOf(at);
        Bar? closed = _open is { } open && start > open.Start ? Close() : null;
        DateTimeOffset earliest = _open?.Start ?? _closedUntil;
        bool isLate = start < earliest;
        if (isLate)
        {
            start = earliest; // a bar that was returned no longer changes
        }

        if (_hasGap || (!_totals.HasStarted && at > start))
        {
            _hasGap = false;
            _incompleteUntil = start + interval;
        }

        Count(snapshot, start, isLate);
        return closed;
    }

    /// <summary>Closes the open bar if it ends at or before the given time.</summary>
    public Bar? CloseUntil(DateTimeOffset marketTime) => _open is { } open && open.End <= marketTime ? Close() : null;

    /// <summary>Closes the open bar, at the end of the stream.</summary>
    public Bar? End() => _open is null ? null : Close() with { IsComplete = false };

    /// <summary>Records that trades may be missed from now until the next snapshot.</summary>
    public void Interrupt()
    {
        _hasGap = true;
        if (_open is not null)
        {
            _open = _open with { IsComplete = false };
        }
    }

    private void Count(MarketSnapshot snapshot, DateTimeOffset start, bool isLate)
    {
        Increase increase = _totals.Take(snapshot);
        if (increase.Kind == IncreaseKind.Corrected)
        {
            Interrupt();
        }
        else if (increase.Kind == IncreaseKind.Traded)
        {
            Trade(increase, start, isLate);
        }
    }

    private void Trade(in Increase increase, DateTimeOffset start, bool isLate)
    {
        _open ??= new Bar
        {
            Contract = contract,
            Start = start,
            Interval = interval,
            Open = increase.First,
            High = increase.First,
            Low = increase.First,
            IsComplete = start >= _incompleteUntil,
        };
        _open = _open with
        {
            High = Math.Max(_open.High, increase.High),
            Low = Math.Min(_open.Low, increase.Low),
            Close = increase.Last,
            Volume = _open.Volume + increase.Volume,
            Value = _open.Value + increase.Value,
            TradeCount = _open.TradeCount + increase.Trades,
            UnseenTrades = _open.UnseenTrades + Math.Max(0, increase.Trades - 1),
            LateSnapshots = _open.LateSnapshots + (isLate ? 1 : 0),
            IsComplete = _open.IsComplete && start >= _incompleteUntil,
        };
    }

    private Bar Close()
    {
        Bar closed = _open!;
        _open = null;
        _closedUntil = closed.End;
        return closed;
    }

    private DateTimeOffset StartOf(DateTimeOffset at)
    {
        DateTimeOffset local = at.ToOffset(Tehran.Offset);
        return local.AddTicks(-(local.TimeOfDay.Ticks % interval.Ticks));
    }
}
