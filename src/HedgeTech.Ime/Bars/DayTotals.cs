namespace HedgeTech.Ime.Bars;

/// <summary>Computes what was traded between the snapshots of one contract from the totals of the day, which start again with each day. Not thread-safe.</summary>
internal sealed class DayTotals
{
    private const SnapshotFields Needed = SnapshotFields.LastPrice | SnapshotFields.TotalVolume | SnapshotFields.TradeCount;

    private Aggregate? _before;
    private long? _valueBefore;
    private long _volumeAtValue;

    /// <summary>Whether a snapshot has given the totals to start from.</summary>
    public bool HasStarted => _before is not null;

    /// <summary>The time of a snapshot: the server's or, if that is unavailable or a day off, the time of receipt. Null if neither is a plausible time.</summary>
    public static DateTimeOffset? TimeOf(MarketSnapshot snapshot)
    {
        bool hasTimestamp = (snapshot.Unavailable & SnapshotFields.Timestamp) == 0
            && (snapshot.ReceivedAt == default || (snapshot.Timestamp - snapshot.ReceivedAt).Duration() < TimeSpan.FromDays(1));
        DateTimeOffset at = hasTimestamp ? snapshot.Timestamp : snapshot.ReceivedAt;
        return at.Year is > 1 and < 9999 ? at : null;
    }

    /// <summary>Takes the next snapshot.</summary>
    public Increase Take(MarketSnapshot snapshot)
    {
        Aggregate now = snapshot.Aggregate;

        // A snapshot with unreadable fields is skipped without loss: the next one has the totals.
        // Only a broken server sends negative totals, and the increase may overflow.
        if ((snapshot.Unavailable & Needed) != 0 || now.TradeCount < 0 || now.TotalVolume < 0)
        {
            return default;
        }

        long? value = (snapshot.Unavailable & SnapshotFields.TotalValue) == 0 && now.TotalValue >= 0 ? now.TotalValue : null;
        if (_before is not { } before)
        {
            _before = now; // what was traded before the stream started is not counted
            Start(value, now.TotalVolume);
            return Increase.Nothing(now.LastPrice);
        }

        bool hasDate = (snapshot.Unavailable & SnapshotFields.Date) == 0;
        if (hasDate && ((now.Date is null && now.TradeCount == 0) || now.Date < before.Date))
        {
            return default; // before the first trade of a day, or from an earlier day: the totals cannot be used
        }

        if (hasDate && now.Date > before.Date)
        {
            before = new Aggregate { Date = now.Date };
            Start(0, 0);
        }

        bool hasTraded = now.TradeCount > before.TradeCount || now.TotalVolume > before.TotalVolume;
        if (hasTraded && now.LastPrice == 0)
        {
            return default; // a trade without a price: the next snapshot has both
        }

        Increase increase;
        if (now.TradeCount < before.TradeCount || now.TotalVolume < before.TotalVolume)
        {
            increase = new Increase { Kind = IncreaseKind.Corrected, Last = now.LastPrice, High = now.LastPrice, Low = now.LastPrice };
            Start(value, now.TotalVolume);
        }
        else
        {
            increase = hasTraded ? Traded(now, before, value) : Increase.Nothing(now.LastPrice);
            if (value is not null)
            {
                Start(value, now.TotalVolume);
            }
        }

        _before = now with { Date = now.Date ?? before.Date };
        return increase;
    }

    private void Start(long? value, long volume) => (_valueBefore, _volumeAtValue) = (value, volume);

    private Increase Traded(in Aggregate now, in Aggregate before, long? value)
    {
        bool isFirstOfDay = before.TradeCount == 0;
        bool isPriced = value is not null && _valueBefore is not null;
        return new Increase
        {
            Kind = IncreaseKind.Traded,
            Trades = now.TradeCount - before.TradeCount,
            Volume = now.TotalVolume - before.TotalVolume,
            Value = isPriced ? Math.Max(0, value!.Value - _valueBefore!.Value) : 0,
            PricedVolume = isPriced ? now.TotalVolume - _volumeAtValue : 0,
            First = isFirstOfDay && now.OpenPrice != 0 ? now.OpenPrice : now.LastPrice,
            Last = now.LastPrice,

            // If the day's high or low has changed, that price was traded since the previous snapshot. At the first trade of the day, both were.
            High = (isFirstOfDay && now.HighPrice != 0) || now.HighPrice > before.HighPrice ? Math.Max(now.HighPrice, now.LastPrice) : now.LastPrice,
            Low = now.LowPrice != 0 && (isFirstOfDay || now.LowPrice < before.LowPrice) ? Math.Min(now.LowPrice, now.LastPrice) : now.LastPrice,
        };
    }
}
