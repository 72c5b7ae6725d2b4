using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HedgeTech.Ime.Json;

/// <summary>The text in JSON strings: unescapes it, checks it, and makes it safe to show in an error.</summary>
internal static class JsonText
{
    /// <summary>The length of the longest escape, such as <c>\u0041</c>.</summary>
    internal const int LongestEscape = 6;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private const int ExcerptLength = 40;
    private const int ReasonLength = 200;

    /// <summary>Unescapes a string whose escapes are well-formed, as <see cref="Utf8JsonReader"/> ensures for its tokens.</summary>
    /// <remarks>The platform's own method throws on an unpaired surrogate. A server that sends one must not cause an exception.</remarks>
    /// <param name="escaped">The content of the string, without its quotes.</param>
    /// <param name="destination">Must be at least as long as <paramref name="escaped"/>.</param>
    /// <param name="written">The number of bytes written.</param>
    /// <returns>False if the string contains an unpaired surrogate, which UTF-8 cannot encode.</returns>
    internal static bool TryUnescape(ReadOnlySpan<byte> escaped, Span<byte> destination, out int written)
    {
        written = 0;
        while (!escaped.IsEmpty)
        {
            int length = escaped.IndexOf((byte)'\\');
            if (length != 0)
            {
                ReadOnlySpan<byte> plain = length < 0 ? escaped : escaped[..length];
                plain.CopyTo(destination[written..]);
                written += plain.Length;
                escaped = escaped[plain.Length..];
            }
            else if (escaped[1] != 'u')
            {
                destination[written++] = Simple(escaped[1]);
                escaped = escaped[2..];
            }
            else if (TryReadCodePoint(ref escaped, out Rune rune))
            {
                written += rune.EncodeToUtf8(destination[written..]);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether each backslash starts a valid JSON escape.</summary>
    internal static bool AreEscapesWellFormed(ReadOnlySpan<byte> escaped)
    {
        for (int at = escaped.IndexOf((byte)'\\'); at >= 0; at = escaped.IndexOf((byte)'\\'))
        {
            escaped = escaped[(at + 1)..];
            if (escaped.IsEmpty || "\"\\/bfnrtu"u8.IndexOf(escaped[0]) < 0)
            {
                return false;
            }

            if (escaped[0] == 'u' && (escaped.Length < LongestEscape - 1 || escaped[1..(LongestEscape - 1)].ContainsAnyExcept(HexDigits)))
            {
                return false;
            }

            escaped = escaped[1..];
        }

        return true;
    }

    /// <summary>The start of a text, short and safe to print.</summary>
    internal static string Excerpt(ReadOnlySpan<byte> utf8, int length = ExcerptLength)
    {
        StringBuilder excerpt = new();
        while (!utf8.IsEmpty && excerpt.Length < length)
        {
            OperationStatus status = Rune.DecodeFromUtf8(utf8, out Rune rune, out int consumed);
            excerpt.Append(status == OperationStatus.Done && IsPrintable(rune) ? rune.ToString() : "\uFFFD");
            utf8 = utf8[consumed..];
        }

        return utf8.IsEmpty ? excerpt.ToString() : excerpt.Append('…').ToString();
    }

    /// <summary>The kind of a value, in words for an error.</summary>
    internal static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };

    /// <summary>The reason that the platform gives, without its position and its advice to developers.</summary>
    internal static string Reason(JsonException exception)
    {
        int end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string reason = (end < 0 ? exception.Message : exception.Message[..end]).Replace(" Change the reader options.", "", StringComparison.Ordinal);
        return $"it is not JSON: {Excerpt(Encoding.UTF8.GetBytes(reason.TrimEnd('.')), ReasonLength)}";
    }

    /// <summary>The offset in the whole text, computed from the line and position that the platform gives.</summary>
    internal static long Offset(ReadOnlySpan<byte> json, JsonException exception)
    {
        long start = 0;
        for (long line = 0; line < exception.LineNumber; line++)
        {
            start += json[(int)start..].IndexOf((byte)'\n') + 1;
        }

        return start + exception.BytePositionInLine.GetValueOrDefault();
    }

    /// <summary>The offset of the first invalid UTF-8 sequence.</summary>
    internal static long FindInvalidUtf8(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> rest = bytes;
        while (Rune.DecodeFromUtf8(rest, out _, out int consumed) == OperationStatus.Done)
        {
            rest = rest[consumed..];
        }

        return bytes.Length - rest.Length;
    }

    /// <summary>Whether UTF-8 can encode the text: it contains no unpaired surrogate.</summary>
    internal static bool IsValidUnicode(string text)
    {
        ReadOnlySpan<char> rest = text;
        while (Rune.DecodeFromUtf16(rest, out _, out int consumed) == OperationStatus.Done)
        {
            rest = rest[consumed..];
        }

        return rest.IsEmpty;
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static byte Simple(byte escape) => escape switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => escape,
    };

    private static bool TryReadCodePoint(ref ReadOnlySpan<byte> escaped, out Rune rune)
    {
        char first = ReadCodeUnit(ref escaped);
        if (Rune.TryCreate(first, out rune))
        {
            return true;
        }

        return escaped is [(byte)'\\', (byte)'u', ..] && Rune.TryCreate(first, ReadCodeUnit(ref escaped), out rune);
    }

    private static char ReadCodeUnit(ref ReadOnlySpan<byte> escaped)
    {
        ushort unit = ushort.Parse(escaped[2..LongestEscape], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        escaped = escaped[LongestEscape..];
        return (char)unit;
    }
}
