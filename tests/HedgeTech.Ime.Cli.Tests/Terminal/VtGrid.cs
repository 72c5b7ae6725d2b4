using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Cli.Tests.Terminal;

/// <summary>The cells and the cursor of one screen. A wide letter takes two cells, and the second one is empty. Not thread-safe.</summary>
internal sealed class VtGrid
{
    private const string Blank = " ";
    private readonly List<string[]> _rows;
    private (int Row, int Column) _saved;

    public VtGrid(int width, int height)
    {
        (Width, Height) = (width, height);
        _rows = [.. Enumerable.Range(0, height).Select(_ => BlankRow())];
    }

    public int Width { get; }

    public int Height { get; }

    public int Row { get; set; }

    /// <summary>The column of the next letter. It is <see cref="Width"/> after a letter in the last column, because only the next letter breaks the line.</summary>
    public int Column { get; set; }

    /// <summary>Returns the number of columns that a letter takes on a terminal.</summary>
    public static int WidthOf(Rune letter) => Rune.GetUnicodeCategory(letter) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => 0,
        UnicodeCategory.Format when letter.Value != 0xad => 0,
        _ => letter.Value is (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff)
            or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6) or (>= 0x1f300 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd) ? 2 : 1,
    };

    /// <summary>Returns a screen of another size with the same cells, from the upper left corner.</summary>
    public VtGrid Resized(int width, int height)
    {
        VtGrid resized = new(width, height) { Row = Math.Min(Row, height - 1), Column = Math.Min(Column, width - 1), _saved = (Math.Min(_saved.Row, height - 1), Math.Min(_saved.Column, width - 1)) };
        for (int row = 0; row < Math.Min(Height, height); row++)
        {
            _rows[row].AsSpan(0, Math.Min(Width, width)).CopyTo(resized._rows[row]);
        }

        return resized;
    }

    public void Put(Rune letter)
    {
        int width = WidthOf(letter);
        if (width == 0)
        {
            int before = Column - 1;
            while (before > 0 && _rows[Row][before].Length == 0)
            {
                before--;
            }

            if (before >= 0)
            {
                _rows[Row][before] += letter;
            }

            return;
        }

        if (Column + width > Width)
        {
            Column = 0;
            LineFeed();
        }

        Erase(Row, Column, Column + width);
        _rows[Row][Column] = letter.ToString();
        if (width == 2)
        {
            _rows[Row][Column + 1] = "";
        }

        Column += width;
    }

    /// <returns>The row of the cursor.</returns>
    public int LineFeed()
    {
        if (Row < Height - 1)
        {
            return ++Row;
        }

        ScrollUp(0, 1);
        return Row;
    }

    public void ReverseLineFeed()
    {
        if (Row > 0)
        {
            Row--;
        }
        else
        {
            ScrollDown(0, 1);
        }
    }

    /// <summary>Removes rows, and adds the same number at the bottom.</summary>
    public void ScrollUp(int from, int count)
    {
        for (int i = 0; i < Math.Min(count, Height - from); i++)
        {
            _rows.RemoveAt(from);
            _rows.Add(BlankRow());
        }
    }

    /// <summary>Adds blank rows, and removes the same number at the bottom.</summary>
    public void ScrollDown(int from, int count)
    {
        for (int i = 0; i < Math.Min(count, Height - from); i++)
        {
            _rows.RemoveAt(Height - 1);
            _rows.Insert(from, BlankRow());
        }
    }

    /// <summary>Erases from the cursor to the end (0), up to the cursor (1), or everything (2 and 3).</summary>
    public void EraseScreen(int part)
    {
        if (part < 2)
        {
            EraseLine(part);
        }

        (int first, int end) = part switch { 0 => (Row + 1, Height), 1 => (0, Row), _ => (0, Height) };
        for (int row = first; row < end; row++)
        {
            Erase(row, 0, Width);
        }
    }

    /// <summary>Erases from the cursor to the end of the line (0), up to the cursor (1), or the whole line (2).</summary>
    public void EraseLine(int part) => Erase(Row, part == 0 ? Column : 0, part == 1 ? Column + 1 : Width);

    /// <summary>Makes cells blank. If that cuts a wide letter, its other half also becomes blank.</summary>
    public void Erase(int row, int from, int to)
    {
        string[] cells = _rows[row];
        (from, to) = (Math.Min(from, Width), Math.Min(to, Width));
        if (from > 0 && from < Width && cells[from].Length == 0)
        {
            cells[from - 1] = Blank;
        }

        if (to < Width && cells[to].Length == 0)
        {
            cells[to] = Blank;
        }

        cells.AsSpan(from, Math.Max(to - from, 0)).Fill(Blank);
    }

    /// <summary>Moves the cells at and after the cursor to the right, or to the left if the count is negative.</summary>
    public void Shift(int count)
    {
        IEnumerable<string> behind = _rows[Row][Math.Min(Column, Width)..];
        IEnumerable<string> moved = count > 0 ? Enumerable.Repeat(Blank, count).Concat(behind) : behind.Skip(-count).Concat(Enumerable.Repeat(Blank, -count));
        _rows[Row] = [.. _rows[Row][..Math.Min(Column, Width)].Concat(moved).Take(Width)];
    }

    public void Save() => _saved = (Row, Column);

    public void Restore() => (Row, Column) = _saved;

    public override string ToString() => string.Concat(_rows.Select(static row => $"{string.Concat(row).TrimEnd(' ')}\n"));

    private string[] BlankRow()
    {
        string[] row = new string[Width];
        row.AsSpan().Fill(Blank);
        return row;
    }
}
