namespace HedgeTech.Ime.Tests.Bars;

/// <summary>Computes the values of a window from all snapshots, in the simplest way.</summary>
internal static class NaiveWindow
{
    /// <summary>Returns the values after all snapshots of one contract. All fields of the snapshots are available, except that a value may be missing, and their dates never go back.</summary>
    public static RollingValues Of(IReadOnlyList<MarketSnapshot> snapshots, int? size, TimeSpan? duration, decimal contractSize)
    {
        List<Entry> all = [];
        MarketSnapshot? before = null;
        MarketSnapshot? valued = null;
        foreach (MarketSnapshot now in snapshots)
        {
            Aggregate day = now.Aggregate;
            bool isNewDay = before is not null && day.Date > before.Aggregate.Date;
            long volume = before is null ? 0 : day.TotalVolume - (isNewDay ? 0 : before.Aggregate.TotalVolume);
            long trades = before is null ? 0 : day.TradeCount - (isNewDay ? 0 : before.Aggregate.TradeCount);
            bool isFirstOfDay = before is null || isNewDay || before.Aggregate.TradeCount == 0;
            decimal high = trades > 0 && (isFirstOfDay || day.HighPrice > before!.Aggregate.HighPrice) ? Math.Max(day.HighPrice, day.LastPrice) : day.LastPrice;
            decimal low = trades > 0 && (isFirstOfDay || day.LowPrice < before!.Aggregate.LowPrice) ? Math.Min(day.LowPrice, day.LastPrice) : day.LastPrice;
            long value = 0;
            long priced = 0;
            if (now.Unavailable == 0)
            {
                // The totals start from zero on a new day, so the computation needs nothing from earlier days.
                bool isFresh = valued is null || day.Date > valued.Aggregate.Date;
                if (before is not null && trades > 0 && (valued is not null || isNewDay))
                {
                    value = day.TotalValue - (isFresh ? 0 : valued!.Aggregate.TotalValue);
                    priced = day.TotalVolume - (isFresh ? 0 : valued!.Aggregate.TotalVolume);
                }

                valued = now;
            }

            all.Add(new Entry(all.Count == 0 || now.Timestamp > all[^1].At ? now.Timestamp : all[^1].At, trades, volume, value, priced, day.LastPrice, high, low));
            before = now;
        }

        DateTimeOffset newest = all[^1].At;
        List<Entry> window = [.. size is { } count ? all.TakeLast(count) : all.Where(entry => newest - entry.At < duration)];
        long sum = window.Sum(static entry => entry.Priced);
        return new RollingValues
        {
            Count = window.Count,
            From = window[0].At,
            To = newest,
            IsFull = size is { } wanted ? window.Count == wanted : newest - all[0].At >= duration,
            TradeCount = window.Sum(static entry => entry.Trades),
            Volume = window.Sum(static entry => entry.Volume),
            Value = window.Sum(static entry => entry.Value),
            Vwap = sum > 0 ? window.Sum(static entry => (decimal)entry.Value) / sum / contractSize : null,
            Open = window[0].Last,
            High = window.Max(static entry => entry.High),
            Low = window.Min(static entry => entry.Low),
            Last = window[^1].Last,
            Return = (window[^1].Last / window[0].Last) - 1,
        };
    }

    private sealed record Entry(DateTimeOffset At, long Trades, long Volume, long Value, long Priced, decimal Last, decimal High, decimal Low);
}
