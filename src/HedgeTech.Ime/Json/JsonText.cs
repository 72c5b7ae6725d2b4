using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HedgeTech.Ime.Json;

/// <summary>Text as JSON carries it: escapes, and what of it may be shown to a person.</summary>
internal static class JsonText
{
    /// <summary>The bytes that one escape of one byte takes: <c>\u0041</c>.</summary>
    internal const int LongestEscape = 6;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private const int ExcerptLength = 40;
    private const int ReasonLength = 200;

    /// <summary>Undoes the escapes of a string whose escapes are known to be well-formed, as those of any token are.</summary>
    /// <remarks>The framework's own way throws for half of a surrogate pair; a server that sends one must not cost an exception.</remarks>
    /// <param name="escaped">The string between its quotes.</param>
    /// <param name="destination">At least as long as <paramref name="escaped"/>: undoing an escape never makes it longer.</param>
    /// <param name="written">The number of bytes written.</param>
    /// <returns>False if half of a surrogate pair stands alone, which no text can hold.</returns>
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

    /// <summary>Whether each backslash begins an escape that JSON knows.</summary>
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

    /// <summary>The begin of a text, safe to print and short.</summary>
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

    /// <summary>What a value is, for a sentence.</summary>
    internal static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };

    /// <summary>What the framework found wrong, without its own account of the place and its advice to whoever calls it.</summary>
    internal static string Reason(JsonException exception)
    {
        int end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string reason = (end < 0 ? exception.Message : exception.Message[..end]).Replace(" Change the reader options.", "", StringComparison.Ordinal);
        return $"it is not JSON: {Excerpt(Encoding.UTF8.GetBytes(reason.TrimEnd('.')), ReasonLength)}";
    }

    /// <summary>The place in the whole text, of which the framework tells line and position in it.</summary>
    internal static long Offset(ReadOnlySpan<byte> json, JsonException exception)
    {
        long begin = 0;
        for (long line = 0; line < exception.LineNumber; line++)
        {
            begin += json[(int)begin..].IndexOf((byte)'\n') + 1;
        }

        return begin + exception.BytePositionInLine.GetValueOrDefault();
    }

    /// <summary>The first byte of the first sequence that is no UTF-8.</summary>
    internal static long FindInvalidUtf8(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> rest = bytes;
        while (Rune.DecodeFromUtf8(rest, out _, out int consumed) == OperationStatus.Done)
        {
            rest = rest[consumed..];
        }

        return bytes.Length - rest.Length;
    }

    /// <summary>Whether UTF-8 can carry the text: no half of a surrogate pair stands alone in it.</summary>
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
