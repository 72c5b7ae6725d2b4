using HedgeTech.Ime.Bars;

namespace HedgeTech.Ime;

/// <summary>The last snapshots of one contract, by number or by time: their volume, VWAP, high, low and return.</summary>
/// <remarks>
/// Not thread-safe. Adding a snapshot takes constant time, and allocates nothing once the window has reached its size. Times are the server's
/// (<see cref="MarketSnapshot.Timestamp"/>), so a recording fills a window exactly as the market did. A snapshot that lacks the last price or the totals, that
/// comes before the first trade of the day, or that is of an earlier day, is not counted. Nothing is lost by that: the next one has the totals.
/// </remarks>
public sealed class RollingWindow
{
    private readonly int? _snapshots;
    private readonly TimeSpan? _duration;
    private readonly decimal _contractSize;
    private readonly DayTotals _totals = new();
    private readonly Ring<(DateTimeOffset At, Increase Increase)> _entries = new();
    private readonly Extremes _high = new(1);
    private readonly Extremes _low = new(-1);
    private ContractKey? _contract;
    private DateTimeOffset _started;
    private DateTimeOffset _newest;
    private decimal _last;
    private long _removed;
    private Int128 _trades;
    private Int128 _volume;
    private Int128 _value;
    private Int128 _pricedVolume;

    private RollingWindow(int? snapshots, TimeSpan? duration, decimal contractSize)
    {
        if (contractSize <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(contractSize), contractSize, "The size of a contract must be more than 0.");
        }

        (_snapshots, _duration, _contractSize) = (snapshots, duration, contractSize);
    }

    /// <summary>The values of the window now.</summary>
    public RollingValues Values => new()
    {
        Count = _entries.Count,
        From = _entries.Count > 0 ? _entries[0].At : null,
        To = _entries.Count > 0 ? _entries[_entries.Count - 1].At : null,
        IsFull = _snapshots is { } size ? _entries.Count == size : _started != default && _newest - _started >= _duration,
        TradeCount = long.CreateSaturating(_trades),
        Volume = long.CreateSaturating(_volume),
        Value = long.CreateSaturating(_value),
        Vwap = Vwap(),
        Open = _entries.Count > 0 ? Price(_entries[0].Increase.Last) : null,
        High = _entries.Count > 0 ? Price(_high.Extreme) : null,
        Low = _entries.Count > 0 ? Price(_low.Extreme) : null,
        Last = Price(_last),
        Return = Return(),
    };

    /// <summary>Creates a window of the last snapshots.</summary>
    /// <param name="snapshots">How many, at least 1.</param>
    /// <param name="contractSize">How many units of the commodity one contract is, such as 100 for 100 g of saffron, because the value traded is price × volume × size.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="snapshots"/> is less than 1, or <paramref name="contractSize"/> is not more than 0.</exception>
    public static RollingWindow OfCount(int snapshots, decimal contractSize = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(snapshots, 1);
        return new RollingWindow(snapshots, null, contractSize);
    }

    /// <summary>Creates a window of the snapshots of the last seconds, minutes or hours.</summary>
    /// <param name="duration">How long, more than 0. The memory of the window is that of the snapshots in it, about 150 bytes each.</param>
    /// <param name="contractSize">How many units of the commodity one contract is, such as 100 for 100 g of saffron, because the value traded is price × volume × size.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> or <paramref name="contractSize"/> is not more than 0.</exception>
    public static RollingWindow OfTime(TimeSpan duration, decimal contractSize = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        return new RollingWindow(null, duration, contractSize);
    }

    /// <summary>Adds the next snapshot of the contract, and removes what is older than the window.</summary>
    /// <param name="snapshot">The snapshot. The first one decides the contract.</param>
    /// <returns>False if the snapshot cannot be used and is not counted.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="snapshot"/> is null.</exception>
    /// <exception cref="ArgumentException">The snapshot is of another contract.</exception>
    public bool Add(MarketSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (_contract is { } contract && contract != snapshot.Contract)
        {
            throw new ArgumentException($"The window is of {contract}, and the snapshot of {snapshot.Contract}. Use a window for each contract.", nameof(snapshot));
        }

        if (DayTotals.TimeOf(snapshot) is not { } at)
        {
            return false;
        }

        Increase increase = _totals.Take(snapshot);
        if (increase.Kind == IncreaseKind.Unusable || increase.Last == 0)
        {
            return false;
        }

        _contract = snapshot.Contract;
        _started = _started == default ? at : _started;
        _newest = at > _newest ? at : _newest; // a late snapshot counts where it arrives
        _last = increase.Last;
        long number = _removed + _entries.Count;
        _entries.Add((_newest, increase));
        _high.Add(number, increase.High);
        _low.Add(number, increase.Low);
        Count(increase, 1);
        RemoveOld();
        return true;
    }

    /// <summary>Removes what is older than the window at a moment, for a contract that is quiet. A window of a number of snapshots does not change.</summary>
    /// <param name="now">The moment, such as that of the newest snapshot of any contract.</param>
    public void AdvanceTo(DateTimeOffset now)
    {
        if (now > _newest && _started != default)
        {
            _newest = now;
            RemoveOld();
        }
    }

    /// <summary>One line: the values.</summary>
    public override string ToString() => Values.ToString();

    private void RemoveOld()
    {
        while (_entries.Count > 0 && (_snapshots is { } size ? _entries.Count > size : _newest - _entries[0].At >= _duration))
        {
            Count(_entries[0].Increase, -1);
            _entries.RemoveFirst();
            _high.RemoveUntil(_removed);
            _low.RemoveUntil(_removed);
            _removed++;
        }
    }

    private void Count(in Increase increase, int sign)
    {
        _trades += sign * (Int128)increase.Trades;
        _volume += sign * (Int128)increase.Volume;
        _value += sign * (Int128)increase.Value;
        _pricedVolume += sign * (Int128)increase.PricedVolume;
    }

    private decimal? Vwap()
    {
        try
        {
            return _pricedVolume > 0 ? (decimal)_value / (decimal)_pricedVolume / _contractSize : null;
        }
        catch (OverflowException)
        {
            return null; // only with totals of a broken server, or a size of almost nothing
        }
    }

    private decimal? Return()
    {
        try
        {
            return _entries.Count > 0 && _entries[0].Increase.Last is not 0 and var open ? (_last / open) - 1 : null;
        }
        catch (OverflowException)
        {
            return null; // only with prices of a broken server
        }
    }

    private static decimal? Price(decimal price) => price == 0 ? null : price;
}
