using System.Text.Json;

namespace HedgeTech.Ime.Testing.Tests.Market;

/// <summary>Follows one contract from its first message and checks that its statistics are consistent.</summary>
internal sealed class DayBook(SimulatorContract contract)
{
    private readonly HashSet<decimal> _prices = [];
    private long _volume;
    private decimal _value;
    private decimal _low = decimal.MaxValue;
    private decimal _high;
    private decimal _open;
    private long? _openInterestAtOpen;
    private (decimal Bid, long BidQuantity, decimal Ask, long AskQuantity)? _best;

    public long Trades { get; private set; }

    public int PricesSeen => _prices.Count;

    public void Check(JsonElement message)
    {
        JsonElement data = message.GetProperty("data");
        JsonElement day = data.GetProperty("Aggregate");
        string because = $"this is the message: {message.GetRawText()}";
        day.GetProperty("trade_count").GetInt64().Should().Be(++Trades, because);
        long quantity = day.GetProperty("total_volume").GetInt64() - _volume;
        quantity.Should().BePositive(because);
        _volume += quantity;
        decimal last = day.GetProperty("last_price").GetDecimal();
        _value += last * quantity * contract.Multiplier;
        _low = Math.Min(_low, last);
        _high = Math.Max(_high, last);
        _open = Trades == 1 ? last : _open;
        _prices.Add(last);
        day.GetProperty("total_value").GetInt64().Should().Be((long)_value, because);
        day.GetProperty("low_price").GetDecimal().Should().Be(_low, because);
        day.GetProperty("high_price").GetDecimal().Should().Be(_high, because);
        day.GetProperty("open_price").GetDecimal().Should().Be(_open, because);
        day.GetProperty("previous_close").GetDecimal().Should().Be(contract.ReferencePrice, because);
        day.GetProperty("closing_price").GetDecimal().Should().Be(Math.Round(_value / _volume / contract.Multiplier, 4, MidpointRounding.AwayFromZero), because);
        string timestamp = message.GetProperty("timestamp").GetString()!;
        timestamp.Should().StartWith($"{day.GetProperty("date").GetString()}T{day.GetProperty("time").GetString()}", because);
        if (_best is { } best)
        {
            // The trade matched the best bid or the best ask of the previous message.
            ((last == best.Bid && quantity <= best.BidQuantity) || (last == best.Ask && quantity <= best.AskQuantity)).Should().BeTrue(because);
        }

        CheckBook(data, because);
        CheckOpenInterest(data.GetProperty("ContractInfo"), quantity, because);
    }

    private void CheckBook(JsonElement data, string because)
    {
        JsonElement range = data.GetProperty("AllowedPriceRange");
        decimal low = range.GetProperty("minAllowedPrice").GetDecimal();
        decimal high = range.GetProperty("maxAllowedPrice").GetDecimal();
        low.Should().BeLessThan(contract.ReferencePrice).And.BePositive(because);
        high.Should().BeGreaterThan(contract.ReferencePrice, because);
        decimal bid = decimal.MaxValue;
        decimal ask = 0;
        for (int number = 1; number <= 3; number++)
        {
            JsonElement level = data.GetProperty("BestLimit").GetProperty($"{number}");
            level.GetProperty("buy_price").GetDecimal().Should().BeLessThan(bid, because);
            level.GetProperty("sell_price").GetDecimal().Should().BeGreaterThan(ask, because);
            bid = level.GetProperty("buy_price").GetInt64();
            ask = level.GetProperty("sell_price").GetInt64();
            bid.Should().BeLessThan(ask, because).And.BeInRange(low, high, because);
            ask.Should().BeInRange(low, high, because);
            (bid % contract.Tick).Should().Be(0, because);
            (ask % contract.Tick).Should().Be(0, because);
            level.GetProperty("buy_quantity").GetInt64().Should().BePositive(because);
            level.GetProperty("sell_quantity").GetInt64().Should().BePositive(because);
            if (number == 1)
            {
                _best = (bid, level.GetProperty("buy_quantity").GetInt64(), ask, level.GetProperty("sell_quantity").GetInt64());
            }
        }
    }

    private void CheckOpenInterest(JsonElement info, long quantity, string because)
    {
        long openInterest = info.GetProperty("open_interest").GetInt64();
        long change = info.GetProperty("open_interest_changes").GetInt64();
        openInterest.Should().BeGreaterThanOrEqualTo(0, because);
        if (_openInterestAtOpen is null)
        {
            Math.Abs(change).Should().BeLessThanOrEqualTo(quantity, because);
        }

        _openInterestAtOpen ??= openInterest - change;
        (openInterest - change).Should().Be(_openInterestAtOpen, because);
    }
}
