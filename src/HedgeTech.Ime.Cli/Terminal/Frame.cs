using Spectre.Console;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>One picture of the screen: rows of spans, each at a column of its own. Composed whole, and then shown by <see cref="Screen"/>.</summary>
/// <remarks>A span is what is written again when anything in it changes, so a field of a table is a good one. Spans of a row come from left to right and do not overlap.</remarks>
internal sealed class Frame(int width, int height)
{
    private readonly List<Span>[] _rows = [.. Enumerable.Range(0, height).Select(static _ => new List<Span>())];

    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>Puts a text that is exactly as wide as it is meant to be; what would pass the right edge is cut.</summary>
    public void Put(int row, int column, string text, Style style = default)
    {
        int room = Width - column;
        if (row >= 0 && row < Height && room > 0)
        {
            string fitting = CellText.Width(text) <= room ? text : CellText.Cut(text, room);
            _rows[row].Add(new Span(column, CellText.Width(fitting), fitting, style));
        }
    }

    /// <summary>Puts texts side by side, each behind the one before.</summary>
    /// <returns>The column behind the last.</returns>
    public int Put(int row, int column, params IEnumerable<(string Text, Style Style)> parts)
    {
        foreach ((string text, Style style) in parts)
        {
            Put(row, column, text, style);
            column += CellText.Width(text);
        }

        return column;
    }

    /// <summary>Removes everything from this row down.</summary>
    public void ClearFrom(int row)
    {
        foreach (List<Span> spans in _rows.AsSpan(row))
        {
            spans.Clear();
        }
    }

    public IReadOnlyList<Span> Row(int row) => _rows[row];

    /// <summary>A piece of a row in one style.</summary>
    internal readonly record struct Span(int Column, int Width, string Text, Style Style);
}
