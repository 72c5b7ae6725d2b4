namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>A line on standard error that is written over as things go on. It shows in a terminal only; lines that stay are written anywhere. Thread-safe.</summary>
internal sealed class LiveLine
{
    private const string EraseLine = "\r\e[K";

    private readonly Lock _gate = new();
    private readonly bool _isShown = Consoles.ErrorIsScreen;
    private string _text = "";

    /// <summary>Shows a text in place of the one before.</summary>
    public void Show(string text)
    {
        lock (_gate)
        {
            _text = text;
            Draw();
        }
    }

    /// <summary>Writes a line that stays, above the live one.</summary>
    public void Above(string line)
    {
        lock (_gate)
        {
            Console.Error.Write(_isShown ? $"{EraseLine}{line}\n" : line + "\n");
            Draw();
        }
    }

    /// <summary>Removes the line.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _text = "";
            Draw();
        }
    }

    private void Draw()
    {
        if (_isShown)
        {
            Console.Error.Write(EraseLine + CellText.Cut(_text, Math.Max(Consoles.Error.Profile.Width - 1, 1)));
        }
    }
}
