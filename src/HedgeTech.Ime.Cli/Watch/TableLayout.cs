using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>Which columns a screen has room for, and how wide each is.</summary>
internal static class TableLayout
{
    /// <summary>The columns that 80 letters hold. The contract takes what the others leave, up to its longest name.</summary>
    private static readonly (Column Column, int Width)[] Narrow =
    [
        (Column.Last, 11), (Column.Percent, 7), (Column.Trend, 7), (Column.Spread, 6), (Column.Depth, 7), (Column.Volume, 6), (Column.OpenInterest, 6), (Column.Range, 5), (Column.Age, 3),
    ];

    /// <summary>What more room is used for, the most wanted first.</summary>
    private static readonly (Column Column, int Width)[] Wider =
    [
        (Column.Contract, 20), (Column.Bid, 11), (Column.Ask, 11), (Column.Trend, 16), (Column.Change, 10), (Column.Range, 11), (Column.Spread, 9), (Column.Trend, 30), (Column.Contract, 64),
    ];

    /// <summary>What a screen too narrow for all does without, the least wanted first.</summary>
    private static readonly Column[] Dispensable = [Column.Range, Column.OpenInterest, Column.Spread, Column.Trend, Column.Volume, Column.Depth, Column.Age, Column.Percent];

    private const int NarrowestName = 8;
    private const int HeaderWidth = 8; // "contract", which short names leave whole where there is room

    /// <summary>The columns with their places, for a screen of that width.</summary>
    public static IReadOnlyList<(Column Column, int Start, int Width)> For(int width, IEnumerable<Quote> quotes)
    {
        int longest = quotes.Select(static quote => CellText.Width(quote.Contract.Value)).Append(HeaderWidth).Max() + 1; // the mark of the chosen row
        SortedDictionary<Column, int> widths = new(Narrow.ToDictionary(static column => column.Column, static column => column.Width));
        foreach (Column column in Dispensable)
        {
            if (Room() < NarrowestName + 1)
            {
                widths.Remove(column);
            }
        }

        widths[Column.Contract] = NarrowestName;
        foreach ((Column column, int wanted) in Wider)
        {
            int present = widths.GetValueOrDefault(column, -1);
            int grow = column == Column.Contract
                ? Math.Min(Math.Min(wanted, longest) - present, width - Used())
                : wanted - present;
            if (grow > 0 && width - Used() >= grow)
            {
                widths[column] = present + grow;
            }
        }

        List<(Column, int, int)> places = [];
        int start = 0;
        foreach ((Column column, int columnWidth) in widths)
        {
            places.Add((column, start, columnWidth));
            start += columnWidth + 1;
        }

        return places;

        int Used() => widths.Values.Sum() + widths.Count - 1;
        int Room() => width - Used() - 1;
    }
}
