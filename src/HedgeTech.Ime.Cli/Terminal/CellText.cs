using System.Text;
using HedgeTech.Ime.Market;
using Spectre.Console;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>Measures text in the columns of a terminal: marks and joiners take none, wide letters two. Makes text from outside safe to show.</summary>
internal static class CellText
{
    private const char Ellipsis = '…';
    private const string Isolate = "\u2068";
    private const string EndIsolate = "\u2069";

    public static int Width(string text) => Math.Max(text.GetCellWidth(), 0);

    /// <summary>Replaces characters that control a terminal or change the direction of text (control characters, line ends, direction marks) by a middle dot.</summary>
    public static string Printable(string text) =>
        PlainText.IsHarmful(text) ? string.Concat(text.Select(static letter => PlainText.IsHarmful(letter) ? '·' : letter)) : text;

    /// <summary>The same for text with several lines, such as a stack trace.</summary>
    public static string PrintableLines(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Printable));

    /// <summary>Cuts text to a width, with an ellipsis for the rest. Letters keep their marks.</summary>
    public static string Cut(string text, int width)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        StringBuilder kept = new();
        int used = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            string letter = rune.ToString();
            used += Width(letter);
            if (used > width - 1)
            {
                break;
            }

            kept.Append(letter);
        }

        return width > 0 ? kept.Append(Ellipsis).ToString() : "";
    }

    /// <summary>Breaks text between words into lines of at most this width. A longer word is cut.</summary>
    public static IEnumerable<string> Lines(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && Width(longer) > width)
            {
                yield return line;
                longer = word;
            }

            line = Cut(longer, width);
        }

        yield return line;
    }

    /// <summary>Cuts text to a width, or fills it with spaces at the end.</summary>
    public static string Left(string text, int width)
    {
        string cut = Cut(text, width);
        return cut + new string(' ', Math.Max(width - Width(cut), 0));
    }

    /// <summary>Cuts text to a width, or fills it with spaces at the start.</summary>
    public static string Right(string text, int width)
    {
        string cut = Cut(text, width);
        return new string(' ', Math.Max(width - Width(cut), 0)) + cut;
    }

    /// <summary>Returns a name with exactly the given width, safe to show.</summary>
    public static string Name(string name, int width, NameForm form)
    {
        string cut = Cut(Printable(name), width);
        string padding = new(' ', Math.Max(width - Width(cut), 0));
        return padding.Insert(0, !cut.Any(IsRightToLeft) || form == NameForm.Verbatim ? cut
            : form == NameForm.Turned ? VisualOrder.Of(cut)
            : $"{Isolate}{cut}{EndIsolate}");
    }

    /// <summary>Whether a letter runs from right to left.</summary>
    public static bool IsRightToLeft(char letter) => letter is (>= '\u0590' and <= '\u08ff') or (>= '\ufb1d' and <= '\ufdff') or (>= '\ufe70' and <= '\ufeff');
}
