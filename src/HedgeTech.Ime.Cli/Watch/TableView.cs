using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>The table of all contracts.</summary>
internal static class TableView
{
    public static void Compose(Frame frame, int top, int height, Quote[] quotes, Quote[] rows, ViewState state, DateTimeOffset now)
    {
        IReadOnlyList<(Column Column, int Start, int Width)> columns = TableLayout.For(frame.Width, rows, state.ShowsCurve);
        Curve? curve = state.ShowsCurve ? new Curve(quotes) : null;
        foreach ((Column column, int start, int width) in columns)
        {
            frame.Put(top, start, TableCells.Title(column, width), Palette.Quiet);
        }

        int visible = height - 1;
        int selected = state.Place(rows, visible);
        for (int i = 0; i < visible && state.Top + i < rows.Length; i++)
        {
            int index = state.Top + i;
            foreach ((Column column, int start, int width) in columns)
            {
                frame.Put(top + 1 + i, start, column == Column.Curve
                    ? [curve!.Cell(rows[index], width)]
                    : TableCells.Of(column, rows[index], width, index == selected, state.Names, now));
            }
        }

        if (rows.Length == 0)
        {
            frame.Put(top + 2, 1, $"No contract name contains \"{state.Filter}\".", Palette.Quiet);
        }
    }
}
