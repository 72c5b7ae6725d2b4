using System.Globalization;
using System.Text;
using HedgeTech.Ime;
using StrategyTests;

namespace Replay;

/// <summary>Receives the orders of the strategy, and draws them over the last price. Gray marks the times without data.</summary>
/// <param name="clock">The clock of the recording or of the system.</param>
/// <param name="tell">Called with a line of text for each order.</param>
internal sealed class ResultChart(TimeProvider clock, Action<string> tell) : IOrders
{
    private const int Width = 960;
    private const int Height = 360;
    private const int Margin = 40;

    private readonly List<(DateTimeOffset At, decimal Price)> _prices = [];
    private readonly List<(DateTimeOffset At, decimal? Price)> _orders = [];
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _gaps = [];
    private DateTimeOffset? _downSince;

    /// <summary>The number of snapshots seen.</summary>
    public int Snapshots { get; private set; }

    /// <summary>The number of orders that the strategy placed or changed.</summary>
    public int Orders => _orders.Count(static order => order.Price is not null);

    public void Place(decimal price) => Add(price, $"bid {price}");

    public void Withdraw() => Add(null, "withdrawn");

    /// <summary>Sees an event before the strategy does.</summary>
    public void See(FeedEvent happened)
    {
        switch (happened)
        {
            case MarketSnapshot snapshot:
                Snapshots++;
                if (snapshot.LastPrice is { } price)
                {
                    _prices.Add((snapshot.ReceivedAt, price));
                }

                break;
            case FeedInterrupted interrupted:
                _downSince ??= interrupted.ReceivedAt;
                break;
            case FeedResumed resumed when _downSince is { } since:
                _gaps.Add((since, resumed.ReceivedAt));
                _downSince = null;
                break;
        }
    }

    /// <summary>Draws the result as a picture.</summary>
    /// <exception cref="InvalidOperationException">There was no price.</exception>
    public string ToSvg()
    {
        if (_prices.Count == 0)
        {
            throw new InvalidOperationException("The recording has no price of this contract, so there is nothing to draw.");
        }

        (DateTimeOffset begin, DateTimeOffset end) = (_prices[0].At, _prices[^1].At);
        decimal[] all = [.. _prices.Select(static point => point.Price), .. _orders.Where(static order => order.Price is not null).Select(static order => order.Price!.Value)];
        (decimal low, decimal high) = (all.Min(), all.Max());
        StringBuilder svg = new();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="12">""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<rect width="{Width}" height="{Height}" fill="white"/>""");
        foreach ((DateTimeOffset from, DateTimeOffset to) in _gaps)
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"""<rect x="{X(from):0.#}" y="{Margin}" width="{Math.Max(X(to) - X(from), 1):0.#}" height="{Height - (2 * Margin)}" fill="#ddd"/>""");
        }

        svg.AppendLine(CultureInfo.InvariantCulture, $"""<polyline fill="none" stroke="#1f77b4" points="{string.Join(' ', _prices.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.At):0.#},{Y(point.Price):0.#}")))}"/>""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<path fill="none" stroke="#d62728" d="{Path()}"/>""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{Margin}" y="20">last price (blue) and own bid (red), {low:#,0.##} to {high:#,0.##} Rial, {begin:yyyy-MM-dd HH:mm:ss} to {end:HH:mm:ss} UTC</text>""");
        return svg.AppendLine("</svg>").ToString();

        double X(DateTimeOffset at) => Margin + ((Width - (2 * Margin)) * Math.Clamp(end > begin ? (at - begin) / (end - begin) : 0.5, 0, 1));

        double Y(decimal price) => Height - Margin - ((Height - (2 * Margin)) * (high > low ? (double)((price - low) / (high - low)) : 0.5));

        string Path()
        {
            // Draws a step at each order, and no line while there is no order.
            StringBuilder path = new();
            for (int i = 0; i < _orders.Count; i++)
            {
                if (_orders[i].Price is { } price)
                {
                    DateTimeOffset until = i + 1 < _orders.Count ? _orders[i + 1].At : end;
                    path.Append(CultureInfo.InvariantCulture, $"M{X(_orders[i].At):0.#} {Y(price):0.#}H{X(until):0.#}");
                }
            }

            return path.ToString();
        }
    }

    private void Add(decimal? price, string what)
    {
        _orders.Add((clock.GetUtcNow(), price));
        tell($"{clock.GetUtcNow():HH:mm:ss} {what}");
    }
}
