using Spectre.Console;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>The content of the screen: rows of spans, each at its own column. It is composed as a whole and then shown by <see cref="Screen"/>.</summary>
/// <remarks>A span is rewritten when anything in it changes, so a cell of a table makes a good span. The spans of a row are added from left to right and do not overlap.</remarks>
internal sealed class Frame(int width, int height)
{
    private readonly List<Span>[] _rows = [.. Enumerable.Range(0, height).Select(static _ => new List<Span>())];

    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>Adds text that already has its final width. It is cut at the right edge.</summary>
    public void Put(int row, int column, string text, Style style = default)
    {
        int room = Width - column;
        if (row >= 0 && row < Height && room > 0)
        {
            string fitting = CellText.Width(text) <= room ? text : CellText.Cut(text, room);
            _rows[row].Add(new Span(column, CellText.Width(fitting), fitting, style));
        }
    }

    /// <summary>Adds texts side by side, each after the previous one.</summary>
    /// <returns>The column after the last text.</returns>
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

    /// <summary>A part of a row in one style.</summary>
    internal readonly record struct Span(int Column, int Width, string Text, Style Style);
}
