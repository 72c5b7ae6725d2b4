using HedgeTech.Ime.Cli.Terminal;
using Spectre.Console;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The futures of each commodity by month of delivery: how much more each costs than the front month, the nearest one on the list that has a price.</summary>
internal sealed class Curve
{
    private readonly Dictionary<string, (ContractKey Contract, decimal Price)> _fronts = [];

    public Curve(IEnumerable<Quote> quotes)
    {
        foreach (Quote quote in quotes.OrderBy(static quote => quote.Contract, ContractCode.KeyOrder))
        {
            if (FutureOf(quote) is { } code && quote.Snapshot?.LastPrice is { } price)
            {
                _fronts.TryAdd(code.Commodity, (quote.Contract, price));
            }
        }
    }

    /// <summary>Returns the cell of a contract, with the width of the column: "front", or the difference and its share of the front month's price.</summary>
    public (string Text, Style Style) Cell(Quote quote, int width)
    {
        if (FutureOf(quote) is not { } code || quote.Snapshot?.LastPrice is not { } price || !_fronts.TryGetValue(code.Commodity, out (ContractKey Contract, decimal Price) front))
        {
            return (CellText.Right(Numbers.Nothing, width), Palette.Quiet);
        }

        if (quote.Contract == front.Contract)
        {
            return (CellText.Right("front", width), Palette.Quiet);
        }

        // In double, because no pair of prices, however odd, may end the screen.
        double percent = 100 * ((double)price - (double)front.Price) / (double)front.Price;
        decimal? difference = Math.Abs(price) < long.MaxValue && Math.Abs(front.Price) < long.MaxValue ? price - front.Price : null;
        string text = $"{Numbers.Change(difference)} {Numbers.Percent(percent)}";
        return (CellText.Right(CellText.Width(text) <= width ? text : Numbers.Percent(percent), width), Palette.Signed(percent));
    }

    private static ContractCode? FutureOf(Quote quote) =>
        ContractCode.TryParse(quote.Contract, out ContractCode? code) && code.Kind == ContractCodeKind.Future ? code : null;
}
