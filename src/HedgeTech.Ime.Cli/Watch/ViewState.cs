using HedgeTech.Ime.Cli.Terminal;

namespace HedgeTech.Ime.Cli.Watch;

/// <summary>What the user has chosen with keys: the rows, their order, and the page. Not thread-safe.</summary>
internal sealed class ViewState(NameForm names, bool showsCurve = false)
{
    private static readonly int Sortings = Enum.GetValues<Sorting>().Length;
    private Quote[]? _frozen;

    /// <summary>How to write names.</summary>
    public NameForm Names { get; } = names;

    public Sorting Sorting { get; private set; } = showsCurve ? Sorting.Delivery : Sorting.AsGiven;

    /// <summary>Whether the table has the spread of each month to the front month.</summary>
    public bool ShowsCurve { get; private set; } = showsCurve;

    public bool IsReversed { get; private set; }

    public string Filter { get; private set; } = "";

    /// <summary>Whether typed letters go into the filter.</summary>
    public bool IsTyping { get; private set; }

    public bool IsPaused => _frozen is not null;

    public bool ShowsDetail { get; private set; }

    public bool ShowsHelp { get; private set; }

    /// <summary>The selected contract; null for that of the first row.</summary>
    public ContractKey? Selected { get; private set; }

    /// <summary>The first row on the screen.</summary>
    public int Top { get; private set; }

    /// <summary>Returns the rows to show, filtered and sorted. During a pause, as they were when it started.</summary>
    public Quote[] Rows(Quote[] quotes)
    {
        IEnumerable<Quote> rows = (_frozen ?? quotes).Where(quote => Folded(quote.Contract.Value).Contains(Folded(Filter), StringComparison.OrdinalIgnoreCase));
        IEnumerable<Quote> sorted = Sorting switch
        {
            Sorting.Name => rows.OrderBy(static quote => quote.Contract.Value, StringComparer.Ordinal),
            Sorting.Delivery => rows.OrderBy(static quote => quote.Contract, ContractCode.KeyOrder),
            Sorting.Change => rows.OrderByDescending(static quote => quote.Percent ?? double.MinValue),
            Sorting.Volume => rows.OrderByDescending(static quote => quote.Snapshot?.Aggregate.TotalVolume ?? -1),
            Sorting.OpenInterest => rows.OrderByDescending(static quote => quote.Snapshot?.ContractInfo.OpenInterest ?? -1),
            Sorting.Spread => rows.OrderByDescending(static quote => quote.Snapshot?.Spread ?? -1),
            Sorting.Age => rows.OrderByDescending(static quote => quote.Snapshot?.ReceivedAt ?? DateTimeOffset.MinValue),
            _ => rows,
        };
        return [.. IsReversed ? sorted.Reverse() : sorted];
    }

    /// <summary>Returns the index of the selected row, and scrolls the window of <paramref name="visible"/> rows so that it contains this row.</summary>
    public int Place(Quote[] rows, int visible)
    {
        int selected = Math.Max(Array.FindIndex(rows, row => row.Contract == Selected), 0);
        int last = Math.Max(rows.Length - visible, 0);
        Top = Math.Clamp(Top, Math.Max(selected - visible + 1, 0), Math.Min(Math.Max(selected, 0), last));
        return selected;
    }

    /// <summary>Handles a key.</summary>
    /// <returns>False if the key means quit.</returns>
    public bool Press(ConsoleKeyInfo key, Quote[] quotes, int visible)
    {
        if (IsTyping)
        {
            Type(key);
            return true;
        }

        if (ShowsHelp)
        {
            ShowsHelp = false;
            return key.KeyChar != 'q';
        }

        switch (key.Key)
        {
            case ConsoleKey.UpArrow:
                Move(quotes, -1);
                return true;
            case ConsoleKey.DownArrow:
                Move(quotes, 1);
                return true;
            case ConsoleKey.PageUp:
                Move(quotes, -visible);
                return true;
            case ConsoleKey.PageDown:
                Move(quotes, visible);
                return true;
            case ConsoleKey.Home:
                Move(quotes, int.MinValue / 2);
                return true;
            case ConsoleKey.End:
                Move(quotes, int.MaxValue / 2);
                return true;
            case ConsoleKey.Enter:
                ShowsDetail = !ShowsDetail;
                return true;
            case ConsoleKey.Escape or ConsoleKey.Backspace:
                Back();
                return true;
            default:
                return Press(key.KeyChar, quotes);
        }
    }

    private bool Press(char letter, Quote[] quotes)
    {
        switch (letter)
        {
            case 'q':
                return false;
            case 'k':
                Move(quotes, -1);
                break;
            case 'j':
                Move(quotes, 1);
                break;
            case 's':
                Sorting = (Sorting)(((int)Sorting + 1) % Sortings);
                break;
            case 'c':
                ShowsCurve = !ShowsCurve;
                Sorting = ShowsCurve ? Sorting.Delivery : Sorting;
                break;
            case 'r':
                IsReversed = !IsReversed;
                break;
            case 'p' or ' ':
                _frozen = _frozen is null ? quotes : null;
                break;
            case '/':
                (IsTyping, ShowsDetail) = (true, false);
                break;
            case '?' or 'h':
                ShowsHelp = true;
                break;
        }

        return true;
    }

    private void Type(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                IsTyping = false;
                break;
            case ConsoleKey.Escape:
                (IsTyping, Filter) = (false, "");
                break;
            case ConsoleKey.Backspace:
                Filter = Filter.Length > 0 ? Filter[..^1] : "";
                break;
            default:
                Filter += key.KeyChar >= ' ' ? CellText.Printable(key.KeyChar.ToString()) : "";
                break;
        }
    }

    private void Back()
    {
        if (ShowsDetail)
        {
            ShowsDetail = false;
        }
        else
        {
            Filter = "";
        }
    }

    private void Move(Quote[] quotes, int by)
    {
        Quote[] rows = Rows(quotes);
        if (rows.Length > 0)
        {
            int from = Math.Max(Array.FindIndex(rows, row => row.Contract == Selected), 0);
            Selected = rows[Math.Clamp(from + by, 0, rows.Length - 1)].Contract;
        }
    }

    // The letters that Persian and Arabic keyboards mix up.
    private static string Folded(string text) => text.Replace('ي', 'ی').Replace('ك', 'ک');
}
