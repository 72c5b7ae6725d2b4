namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The last prices of a contract, one for each span of two seconds in which there was one. Immutable.</summary>
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

    /// <summary>Oldest first.</summary>
    public ReadOnlySpan<double> Prices => _prices;

    /// <summary>The trend with one price more, or with the newest one in its place.</summary>
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
