namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The recent prices of a contract, at most one for every two seconds. Immutable.</summary>
internal sealed class Trend
{
    private const int Capacity = 120;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);
    private readonly double[] _prices;
    private readonly long _step;

    private Trend(double[] prices, long step)
    {
        _prices = prices;
        _step = step;
    }

    public static Trend Empty { get; } = new([], -1);

    /// <summary>The prices, the oldest first.</summary>
    public ReadOnlySpan<double> Prices => _prices;

    /// <summary>Returns the trend with another price, which may replace the newest one.</summary>
    public Trend With(decimal price, DateTimeOffset at)
    {
        long step = at.UtcTicks / Step.Ticks;
        double value = (double)price;
        if (step == _step)
        {
            return _prices[^1] == value ? this : new Trend([.. _prices[..^1], value], step);
        }

        double[] kept = _prices.Length < Capacity ? _prices : _prices[1..];
        return new Trend([.. kept, value], step);
    }
}
