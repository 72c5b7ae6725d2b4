using System.Buffers;

namespace HedgeTech.Ime.Market;

/// <summary>Makes text from outside safe for a log or a terminal: one line, without characters that control the terminal or change the direction of the text around it.</summary>
internal static class PlainText
{
    // Control characters, line and paragraph separators, direction marks, the byte order mark. Joiners stay: Persian spelling needs them.
    private static readonly SearchValues<char> Harmful = SearchValues.Create(
        [.. Range('\0', '\u001F'), .. Range('\u007F', '\u009F'), '\u061C', '\u200E', '\u200F', .. Range('\u2028', '\u202E'), .. Range('\u2066', '\u2069'), '\uFEFF']);

    /// <summary>Whether the text contains a character that must not be shown.</summary>
    public static bool IsHarmful(ReadOnlySpan<char> text) => text.ContainsAny(Harmful);

    /// <summary>Whether the character must not be shown.</summary>
    public static bool IsHarmful(char letter) => Harmful.Contains(letter);

    /// <summary>Returns the text without such characters. Those that separate words become a space.</summary>
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
