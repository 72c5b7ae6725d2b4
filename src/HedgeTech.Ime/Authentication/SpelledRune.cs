using System.Buffers;
using System.Globalization;
using System.Text;

namespace HedgeTech.Ime.Authentication;

/// <summary>A rune as a text spells it: unescaped, or escaped as in a URL, a form, JSON, a string literal or HTML.</summary>
internal readonly record struct SpelledRune(Rune Rune, int Length)
{
    /// <summary>The characters that can start the spelling of any rune.</summary>
    internal const string Escapes = @"%\&+";

    /// <summary>The maximum number of ways to read one position of a text.</summary>
    internal const int MostReadings = 8;

    private const int MaxEntity = 12;

    /// <summary>Writes all ways to read the start of the text into <paramref name="readings"/> and returns their number.</summary>
    internal static int Read(ReadOnlySpan<char> text, Span<SpelledRune> readings)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        _ = Rune.DecodeFromUtf16(text, out Rune raw, out int length);
        readings[0] = new SpelledRune(raw, length);
        int count = 1;
        switch (text[0])
        {
            case '+':
                readings[count++] = new SpelledRune(new Rune(' '), 1);
                break;
            case '%':
                ReadBytes(text, "%", readings, ref count);
                break;
            case '\\':
                ReadBytes(text, @"\x", readings, ref count);
                ReadUtf16(text, readings, ref count);
                ReadBackslash(text, readings, ref count);
                break;
            case '&':
                ReadEntity(text, readings, ref count);
                break;
        }

        return count;
    }

    /// <summary>Reads hexadecimal bytes, either as UTF-8 or as one byte of Latin-1.</summary>
    private static void ReadBytes(ReadOnlySpan<char> text, string prefix, Span<SpelledRune> readings, ref int count)
    {
        Span<byte> bytes = stackalloc byte[4];
        int size = prefix.Length + 2;
        int read = 0;
        while (read < bytes.Length && TryReadHex(text[Math.Min(text.Length, read * size)..], prefix, 2, out int value))
        {
            bytes[read++] = (byte)value;
        }

        if (read == 0)
        {
            return;
        }

        readings[count++] = new SpelledRune(new Rune((char)bytes[0]), size);
        if (Rune.DecodeFromUtf8(bytes[..read], out Rune rune, out int used) == OperationStatus.Done && used > 1)
        {
            readings[count++] = new SpelledRune(rune, used * size);
        }
    }

    private static void ReadUtf16(ReadOnlySpan<char> text, Span<SpelledRune> readings, ref int count)
    {
        const int Size = 6;
        if (!TryReadHex(text, @"\u", 4, out int high))
        {
            return;
        }

        if (TryReadHex(text[Size..], @"\u", 4, out int low) && Rune.TryCreate((char)high, (char)low, out Rune pair))
        {
            readings[count++] = new SpelledRune(pair, 2 * Size);
        }
        else
        {
            readings[count++] = new SpelledRune(Rune.TryCreate(high, out Rune rune) ? rune : Rune.ReplacementChar, Size);
        }
    }

    private static void ReadBackslash(ReadOnlySpan<char> text, Span<SpelledRune> readings, ref int count)
    {
        if (text.Length < 2)
        {
            return;
        }

        _ = Rune.DecodeFromUtf16(text[1..], out Rune rune, out int length);
        readings[count++] = new SpelledRune(rune, 1 + length);
        char control = text[1] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', _ => '\\' };
        if (control != '\\')
        {
            readings[count++] = new SpelledRune(new Rune(control), 2);
        }
    }

    private static void ReadEntity(ReadOnlySpan<char> text, Span<SpelledRune> readings, ref int count)
    {
        int end = text[..Math.Min(text.Length, MaxEntity)].IndexOf(';');
        if (end > 0 && TryDecodeEntity(text[1..end], out Rune rune))
        {
            readings[count++] = new SpelledRune(rune, end + 1);
        }
    }

    private static bool TryDecodeEntity(ReadOnlySpan<char> name, out Rune rune)
    {
        int value;
        if (name.StartsWith("#x", StringComparison.OrdinalIgnoreCase))
        {
            _ = int.TryParse(name[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        }
        else if (name.StartsWith('#'))
        {
            _ = int.TryParse(name[1..], NumberStyles.None, CultureInfo.InvariantCulture, out value);
        }
        else
        {
            value = Named(name);
        }

        return Rune.TryCreate(value, out rune) && value != 0;
    }

    private static char Named(ReadOnlySpan<char> name) =>
        name.Equals("amp", StringComparison.OrdinalIgnoreCase) ? '&'
        : name.Equals("lt", StringComparison.OrdinalIgnoreCase) ? '<'
        : name.Equals("gt", StringComparison.OrdinalIgnoreCase) ? '>'
        : name.Equals("quot", StringComparison.OrdinalIgnoreCase) ? '"'
        : name.Equals("apos", StringComparison.OrdinalIgnoreCase) ? '\''
        : '\0';

    private static bool TryReadHex(ReadOnlySpan<char> text, string prefix, int digits, out int value)
    {
        value = 0;
        return text.Length >= prefix.Length + digits
            && text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            && int.TryParse(text.Slice(prefix.Length, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
