using System.Globalization;

namespace HedgeTech.Ime.Cli.Terminal;

/// <summary>
/// Puts text into visual order, from left to right, for terminals that do not reorder right-to-left text. A simple form of the Unicode bidirectional
/// algorithm that is sufficient for names: two directions, numbers run from left to right, and neutral characters follow their neighbors.
/// </summary>
internal static class VisualOrder
{
    private enum Direction
    {
        None,
        Left,
        Right,
    }

    /// <summary>Returns the letters of a name, joined and in visual order. The first letter with a direction determines the direction of the whole.</summary>
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

    // Neutral characters between two of the same direction follow these, all others the direction of the whole.
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
