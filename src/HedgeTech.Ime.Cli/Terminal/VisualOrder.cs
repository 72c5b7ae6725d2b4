using System.Globalization;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>
/// Text in the order in which it is seen, from left to right: for terminals that do not turn right-to-left text. A simple form of the Unicode bidirectional
/// algorithm, enough for names: two directions, numbers run from left to right, and what has no direction goes with its neighbours.
/// </summary>
internal static class VisualOrder
{
    private enum Direction
    {
        None,
        Left,
        Right,
    }

    /// <summary>The letters of a name, joined and turned; the direction of the whole is that of its first letter that has one.</summary>
    public static string Of(string text)
    {
        string[] letters = Elements(LetterForms.Join(text));
        Direction[] directions = [.. letters.Select(DirectionOf)];
        bool turnsWhole = Array.Find(letters, static letter => char.IsLetter(letter[0])) is { } first && DirectionOf(first) == Direction.Right;
        Direction whole = turnsWhole ? Direction.Right : Direction.Left;
        Settle(directions, whole);

        List<string> runs = [];
        for (int start = 0, end; start < letters.Length; start = end)
        {
            end = start + 1;
            while (end < letters.Length && directions[end] == directions[start])
            {
                end++;
            }

            IEnumerable<string> run = letters[start..end];
            runs.Add(string.Concat(directions[start] == Direction.Right ? run.Reverse().Select(Mirrored) : run));
        }

        return string.Concat(turnsWhole ? Enumerable.Reverse(runs) : runs);
    }

    // What stands between two of one direction goes with them, anything else with the whole.
    private static void Settle(Direction[] directions, Direction whole)
    {
        for (int start = 0, end; start < directions.Length; start = end)
        {
            end = start + 1;
            if (directions[start] != Direction.None)
            {
                continue;
            }

            while (end < directions.Length && directions[end] == Direction.None)
            {
                end++;
            }

            Direction before = start > 0 ? directions[start - 1] : whole;
            Direction behind = end < directions.Length ? directions[end] : whole;
            Array.Fill(directions, before == behind ? before : whole, start, end - start);
        }
    }

    private static string[] Elements(string text)
    {
        List<string> elements = [];
        TextElementEnumerator each = StringInfo.GetTextElementEnumerator(text);
        while (each.MoveNext())
        {
            elements.Add(each.GetTextElement());
        }

        return [.. elements];
    }

    private static Direction DirectionOf(string letter) => letter[0] switch
    {
        var digit when char.IsDigit(digit) => Direction.Left,
        var other when CellText.IsRightToLeft(other) => Direction.Right,
        var other when char.IsLetter(other) => Direction.Left,
        _ => Direction.None,
    };

    private static string Mirrored(string letter) => letter switch
    {
        "(" => ")",
        ")" => "(",
        "[" => "]",
        "]" => "[",
        "<" => ">",
        ">" => "<",
        "«" => "»",
        "»" => "«",
        _ => letter,
    };
}
