namespace HedgeTech.Ime.Bars;

/// <summary>The greatest of the last prices, or the least, at constant cost: keeps only the prices that can still become the extreme. Not thread-safe.</summary>
/// <param name="sign">1 for the greatest, -1 for the least.</param>
internal sealed class Extremes(int sign)
{
    private readonly Ring<(long Number, decimal Price)> _candidates = new();

    /// <summary>The extreme. There must be one.</summary>
    public decimal Extreme => _candidates[0].Price;

    /// <summary>Adds the price of the next number.</summary>
    public void Add(long number, decimal price)
    {
        while (_candidates.Count > 0 && _candidates[_candidates.Count - 1].Price.CompareTo(price) * sign <= 0)
        {
            _candidates.RemoveLast();
        }

        _candidates.Add((number, price));
    }

    /// <summary>Removes the prices up to a number.</summary>
    public void RemoveUntil(long number)
    {
        while (_candidates.Count > 0 && _candidates[0].Number <= number)
        {
            _candidates.RemoveFirst();
        }
    }
}
