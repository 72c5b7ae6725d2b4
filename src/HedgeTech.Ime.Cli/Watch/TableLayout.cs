using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>Chooses the columns that fit on a screen, and their widths.</summary>
internal static class TableLayout
{
    /// <summary>The columns that fit into a width of 80. The contract gets the space that the others leave, up to the longest name.</summary>
    private static readonly (Column Column, int Width)[] Narrow =
    [
        (Column.Last, 11), (Column.Percent, 7), (Column.Trend, 7), (Column.Spread, 6), (Column.Depth, 7), (Column.Volume, 6), (Column.OpenInterest, 6), (Column.Range, 5), (Column.Age, 3),
    ];

    /// <summary>The column that the curve adds: the share alone, and with the difference on a wider screen.</summary>
    private static readonly (Column Column, int Width)[] Curve = [(Column.Curve, 8), (Column.Curve, 18)];

    /// <summary>The additional columns of a wider screen, the most useful first.</summary>
    private static readonly (Column Column, int Width)[] Wider =
    [
        (Column.Contract, 20), (Column.Bid, 11), (Column.Ask, 11), (Column.Trend, 16), (Column.Change, 10), (Column.Range, 11), (Column.Spread, 9), (Column.Trend, 30), (Column.Contract, 64),
    ];

    /// <summary>The columns that a narrower screen omits, the least useful first.</summary>
    private static readonly Column[] Dispensable = [Column.Range, Column.OpenInterest, Column.Spread, Column.Trend, Column.Volume, Column.Depth, Column.Age, Column.Percent];

    private const int NarrowestName = 8;
    private const int HeaderWidth = 8; // the width of "contract", which is not cut if names are short and there is space

    /// <summary>Returns the columns and their positions for a screen of the given width.</summary>
    public static IReadOnlyList<(Column Column, int Start, int Width)> For(int width, IEnumerable<Quote> quotes, bool showsCurve = false)
    {
        int longest = quotes.Select(static quote => CellText.Width(quote.Contract.Value)).Append(HeaderWidth).Max() + 1; // the mark of the selected row
        SortedDictionary<Column, int> widths = new(Narrow.ToDictionary(static column => column.Column, static column => column.Width));
        if (showsCurve)
        {
            widths.Add(Column.Curve, Curve[0].Width);
        }

        foreach (Column column in Dispensable)
        {
            if (Room() < NarrowestName + 1)
            {
                widths.Remove(column);
            }
        }

        widths[Column.Contract] = NarrowestName;
        foreach ((Column column, int wanted) in showsCurve ? [Wider[0], Curve[1], .. Wider[1..]] : Wider)
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
