using System.Buffers;

namespace HedgeTech.Ime.Market;

/// <summary>Text that others wrote, made fit for a log or a terminal: one line, and nothing in it that steers the terminal or turns the direction of what is around it.</summary>
internal static class PlainText
{
    // Controls, line and paragraph separators, marks of direction, the byte order mark. Joiners stay: Persian is written with them.
    private static readonly SearchValues<char> Harmful = SearchValues.Create(
        [.. Range('\0', '\u001F'), .. Range('\u007F', '\u009F'), '\u061C', '\u200E', '\u200F', .. Range('\u2028', '\u202E'), .. Range('\u2066', '\u2069'), '\uFEFF']);

    /// <summary>Whether the text holds a character that must not be shown.</summary>
    public static bool IsHarmful(ReadOnlySpan<char> text) => text.ContainsAny(Harmful);

    /// <summary>Whether the character must not be shown.</summary>
    public static bool IsHarmful(char letter) => Harmful.Contains(letter);

    /// <summary>The text without such characters: a space for those that part words, nothing for the others.</summary>
    public static string Of(string text)
    {
        if (!IsHarmful(text))
        {
            return text;
        }

        IEnumerable<char> kept = text.Select(static c => c is '\r' or '\n' or '\t' or '\u2028' or '\u2029' ? ' ' : c).Where(static c => !IsHarmful(c));
        return string.Concat(kept);
    }

    private static IEnumerable<char> Range(char first, char last) => Enumerable.Range(first, last - first + 1).Select(static code => (char)code);
}
