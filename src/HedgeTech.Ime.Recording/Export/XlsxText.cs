using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Recording.Export;

/// <summary>Text as the value of a cell in the XML of a workbook.</summary>
internal static class XlsxText
{
    /// <summary>Escapes what XML reserves, and what XML cannot contain in the way that Office Open XML defines: <c>_x0007_</c>.</summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            char letter = text[i];
            switch (letter)
            {
                case '&':
                    escaped.Append("&amp;");
                    break;
                case '<':
                    escaped.Append("&lt;");
                    break;
                case '>':
                    escaped.Append("&gt;");
                    break;
                case '_' when LooksEscaped(text.AsSpan(i)):
                    escaped.Append("_x005F_");
                    break;
                case '\t' or '\n':
                    escaped.Append(letter);
                    break;
                case < ' ' or '\ufffe' or '\uffff':
                    escaped.Append(CultureInfo.InvariantCulture, $"_x{(int)letter:X4}_");
                    break;
                case >= '\ud800' and <= '\udfff':
                    bool isPair = char.IsHighSurrogate(letter) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
                    escaped.Append(isPair ? text.AsSpan(i, 2) : "\ufffd");
                    i += isPair ? 1 : 0;
                    break;
                default:
                    escaped.Append(letter);
                    break;
            }
        }

        return escaped.ToString();
    }

    private static bool LooksEscaped(ReadOnlySpan<char> text) =>
        text.Length >= 7 && text[1] == 'x' && text[6] == '_' && char.IsAsciiHexDigit(text[2]) && char.IsAsciiHexDigit(text[3]) && char.IsAsciiHexDigit(text[4]) && char.IsAsciiHexDigit(text[5]);
}
