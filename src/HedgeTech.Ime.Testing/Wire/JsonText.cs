using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Testing.Wire;

/// <summary>Writes JSON strings in both dialects. This is not left to a library, so that it shares nothing with the reader of the client.</summary>
internal static class JsonText
{
    public static string Quote(string text, JsonDialect dialect)
    {
        StringBuilder quoted = new("\"");
        foreach (char letter in text)
        {
            _ = letter switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                >= (char)0x7f when dialect == JsonDialect.Python && letter != 0x7f => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append('"').ToString();
    }
}
