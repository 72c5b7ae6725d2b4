namespace HedgeTech.Ime.Testing.Market;

/// <summary>The random walk of one contract. Each <see cref="Step"/> is one trade at the best bid or ask and rebuilds the order book around its price. Not thread-safe.</summary>
internal sealed class Walk
{
    /// <summary>The distance of prices from the limits of the allowed range, in ticks, so that all levels of the order book fit in it.</summary>
    private const int MarginTicks = 10;

    private readonly long _tick;
    private readonly long _multiplier;
    private readonly long _reference;
    private readonly BookLevel[] _levels = new BookLevel[3];
    private readonly long _openInterestAtOpen;
    private WalkRandom _random;
    private int _stepsBeforeOpen;

    public Walk(SimulatorContract contract, int seed, int stepsBeforeOpen)
    {
        _tick = contract.Tick;
        _multiplier = contract.Multiplier;
        _reference = contract.ReferencePrice / _tick * _tick;
        _random = new WalkRandom(WalkRandom.Hash(contract.Code) ^ WalkRandom.Hash(contract.Id ?? "") ^ ((ulong)(uint)seed * 0xD6E8FEB86659FD93));
        _stepsBeforeOpen = stepsBeforeOpen;
        PreviousClose = contract.ReferencePrice;

        // Five percent up or down, as the exchange allows, but at least enough for a walk if the tick is coarse.
        long span = Math.Max(_reference / 20 / _tick, 2 * MarginTicks) * _tick;
        MinAllowed = _reference - span;
        MaxAllowed = _reference + span;
        _openInterestAtOpen = OpenInterest = 500 + _random.Below(20_000);
    }

    public long PreviousClose { get; }

    public long MinAllowed { get; }

    public long MaxAllowed { get; }

    /// <summary>The three levels of the order book; all zero before the market opens.</summary>
    public ReadOnlySpan<BookLevel> Levels => _levels;

    public long TradeCount { get; private set; }

    public long Volume { get; private set; }

    /// <summary>The sum of price × quantity × multiplier, in Rial.</summary>
    public long Value { get; private set; }

    public long Last { get; private set; }

    public long Low { get; private set; }

    public long High { get; private set; }

    public long Open { get; private set; }

    public long OpenInterest { get; private set; }

    public long OpenInterestChange => OpenInterest - _openInterestAtOpen;

    /// <summary>The time of the last trade, in Tehran; not meaningful before the first.</summary>
    public DateTime LastTradeAt { get; private set; }

    /// <summary>The average price weighted by quantity, in ten-thousandths of a Rial, as settlement prices have four decimals; 0 before the first trade.</summary>
    public long ClosingPriceTenThousandths =>
        Volume == 0 ? 0 : (long)((((Int128)Value * 10_000) + (Volume * _multiplier / 2)) / (Volume * _multiplier));

    public void Step(DateTime at)
    {
        if (_stepsBeforeOpen > 0)
        {
            _stepsBeforeOpen--;
            return;
        }

        if (Levels[0].BidPrice == 0)
        {
            LayBook(_reference);
        }

        // The further the price is from the start, the likelier a trade on the other side, so that it wanders but returns.
        long pull = (Last == 0 ? 0 : Last - _reference) * 30 / (MaxAllowed - _reference);
        bool lifted = _random.Below(100) < 50 - pull;
        BookLevel best = _levels[0];
        long price = lifted ? best.AskPrice : best.BidPrice;
        long quantity = 1 + _random.Below((int)Math.Min(20, lifted ? best.AskQuantity : best.BidQuantity));

        TradeCount++;
        Volume += quantity;
        Value += price * quantity * _multiplier;
        Last = price;
        Open = TradeCount == 1 ? price : Open;
        Low = TradeCount == 1 ? price : Math.Min(Low, price);
        High = Math.Max(High, price);
        LastTradeAt = at;
        OpenInterest += _random.Below(3) switch
        {
            0 => quantity,
            1 => -Math.Min(quantity, OpenInterest),
            _ => 0,
        };
        LayBook(price);
    }

    private void LayBook(long price)
    {
        price = Math.Clamp(price, MinAllowed + (MarginTicks * _tick), MaxAllowed - (MarginTicks * _tick));
        long bid = price - (_random.Below(3) * _tick);
        long ask = Math.Max(bid + _tick, price + (_random.Below(3) * _tick));
        for (int level = 0; level < _levels.Length; level++)
        {
            _levels[level] = new BookLevel(1 + _random.Below(60), bid, 1 + _random.Below(60), ask);
            bid -= (1 + _random.Below(2)) * _tick;
            ask += (1 + _random.Below(2)) * _tick;
        }
    }
}
