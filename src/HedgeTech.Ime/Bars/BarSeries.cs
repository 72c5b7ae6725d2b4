using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime.Bars;

/// <summary>Makes the bars of one contract from its snapshots, with at most one open bar. Not thread-safe.</summary>
internal sealed class BarSeries(ContractKey contract, TimeSpan interval)
{
    private const SnapshotFields Needed = SnapshotFields.LastPrice | SnapshotFields.TotalVolume | SnapshotFields.TradeCount;

    private Bar? _open;
    private Aggregate? _before;
    private long? _valueBefore;
    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;
    private DateTimeOffset _incompleteUntil = DateTimeOffset.MinValue;
    private bool _hasGap;

    /// <summary>When the open bar ends; null if there is none.</summary>
    public DateTimeOffset? OpenUntil => _open?.End;

    /// <summary>The time of a snapshot: the server's or, if that is unavailable or a day off, the time of receipt. Null if neither is a plausible time.</summary>
    public static DateTimeOffset? TimeOf(MarketSnapshot snapshot)
    {
        bool hasTimestamp = (snapshot.Unavailable & SnapshotFields.Timestamp) == 0
            && (snapshot.ReceivedAt == default || (snapshot.Timestamp - snapshot.ReceivedAt).Duration() < TimeSpan.FromDays(1));
        DateTimeOffset at = hasTimestamp ? snapshot.Timestamp : snapshot.ReceivedAt;
        return at.Year is > 1 and < 9999 ? at : null;
    }

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

        if (_hasGap || (_before is null && at > start))
        {
            _hasGap = false;
            _incompleteUntil = start + interval;
        }

        // A snapshot with unreadable fields is skipped without loss: the next one has the totals.
        if ((snapshot.Unavailable & Needed) == 0)
        {
            Count(snapshot, start, isLate);
        }

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
        Aggregate now = snapshot.Aggregate;
        if (now.TradeCount < 0 || now.TotalVolume < 0)
        {
            return; // only a broken server sends negative totals, and the increase may overflow
        }

        if (_before is not { } before)
        {
            _before = now; // what was traded before the stream started is not in any bar
            _valueBefore = (snapshot.Unavailable & SnapshotFields.TotalValue) == 0 ? now.TotalValue : null;
            return;
        }

        bool hasDate = (snapshot.Unavailable & SnapshotFields.Date) == 0;
        if (hasDate && ((now.Date is null && now.TradeCount == 0) || now.Date < before.Date))
        {
            return; // before the first trade of a day, or from an earlier day: the totals cannot be used
        }

        if (hasDate && now.Date > before.Date)
        {
            // The totals start again with each day.
            before = new Aggregate { Date = now.Date };
            _valueBefore = 0;
        }

        bool hasTraded = now.TradeCount > before.TradeCount || now.TotalVolume > before.TotalVolume;
        if (hasTraded && now.LastPrice == 0)
        {
            return; // a trade without a price: the next snapshot has both
        }

        if (now.TradeCount < before.TradeCount || now.TotalVolume < before.TotalVolume)
        {
            Interrupt(); // the server corrected the totals, so their increase is unknown
            _valueBefore = null;
        }
        else if (hasTraded)
        {
            Trade(snapshot, before, start, isLate);
        }

        _before = now with { Date = now.Date ?? before.Date };
        if ((snapshot.Unavailable & SnapshotFields.TotalValue) == 0)
        {
            _valueBefore = now.TotalValue;
        }
    }

    private void Trade(MarketSnapshot snapshot, in Aggregate before, DateTimeOffset start, bool isLate)
    {
        Aggregate now = snapshot.Aggregate;
        long trades = now.TradeCount - before.TradeCount;
        long value = (snapshot.Unavailable & SnapshotFields.TotalValue) == 0 && _valueBefore is { } valueBefore ? Math.Max(0, now.TotalValue - Math.Max(0, valueBefore)) : 0;
        bool isFirstOfDay = before.TradeCount == 0;
        decimal first = isFirstOfDay && now.OpenPrice != 0 ? now.OpenPrice : now.LastPrice;

        // If the day's high or low has changed, that price was traded since the previous snapshot. At the first trade of the day, both were.
        decimal high = (isFirstOfDay && now.HighPrice != 0) || now.HighPrice > before.HighPrice ? Math.Max(now.HighPrice, now.LastPrice) : now.LastPrice;
        decimal low = now.LowPrice != 0 && (isFirstOfDay || now.LowPrice < before.LowPrice) ? Math.Min(now.LowPrice, now.LastPrice) : now.LastPrice;
        _open ??= new Bar
        {
            Contract = contract,
            Start = start,
            Interval = interval,
            Open = first,
            High = first,
            Low = first,
            IsComplete = start >= _incompleteUntil,
        };
        _open = _open with
        {
            High = Math.Max(_open.High, high),
            Low = Math.Min(_open.Low, low),
            Close = now.LastPrice,
            Volume = _open.Volume + now.TotalVolume - before.TotalVolume,
            Value = _open.Value + value,
            TradeCount = _open.TradeCount + trades,
            UnseenTrades = _open.UnseenTrades + Math.Max(0, trades - 1),
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
