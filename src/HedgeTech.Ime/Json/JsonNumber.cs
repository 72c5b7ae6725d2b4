using System.Globalization;

namespace HedgeTech.Ime.Json;

/// <summary>The text of one JSON number in any spelling, with or without a fraction or an exponent.</summary>
/// <remarks>Every operation takes time linear in the length of the text, however large the exponent is.</remarks>
internal readonly ref struct JsonNumber
{
    /// <summary>The limit for exponents. No message has enough digits to balance a larger one.</summary>
    private const long ExponentLimit = 1_000_000_000_000;

    /// <summary>The number of digits of <see cref="long.MaxValue"/>.</summary>
    private const int MaxIntegerDigits = 19;

    private readonly ReadOnlySpan<byte> _text;
    private readonly ReadOnlySpan<byte> _integerDigits;
    private readonly ReadOnlySpan<byte> _fractionDigits;
    private readonly long _exponent;

    private JsonNumber(ReadOnlySpan<byte> text, ReadOnlySpan<byte> integerDigits, ReadOnlySpan<byte> fractionDigits, long exponent)
    {
        _text = text;
        _integerDigits = integerDigits;
        _fractionDigits = fractionDigits;
        _exponent = exponent;
    }

    private bool IsNegative => _text[0] == '-';

    /// <summary>Parses the text; false if it is not exactly one number.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out JsonNumber number)
    {
        number = default;
        ReadOnlySpan<byte> rest = text;
        Take(ref rest, (byte)'-');

        ReadOnlySpan<byte> integerDigits = TakeDigits(ref rest);
        if (integerDigits.IsEmpty || (integerDigits.Length > 1 && integerDigits[0] == '0'))
        {
            return false;
        }

        ReadOnlySpan<byte> fractionDigits = default;
        if (Take(ref rest, (byte)'.'))
        {
            fractionDigits = TakeDigits(ref rest);
            if (fractionDigits.IsEmpty)
            {
                return false;
            }
        }

        long exponent = 0;
        if (Take(ref rest, (byte)'e') || Take(ref rest, (byte)'E'))
        {
            bool isNegative = Take(ref rest, (byte)'-');
            if (!isNegative)
            {
                Take(ref rest, (byte)'+');
            }

            ReadOnlySpan<byte> exponentDigits = TakeDigits(ref rest);
            if (exponentDigits.IsEmpty)
            {
                return false;
            }

            exponent = isNegative ? -Exponent(exponentDigits) : Exponent(exponentDigits);
        }

        number = new JsonNumber(text, integerDigits, fractionDigits, exponent);
        return rest.IsEmpty;
    }

    /// <summary>The exact number as an integer; false if it has a fraction or does not fit a <see cref="long"/>.</summary>
    internal bool TryGetInteger(out long value)
    {
        // The number is all its digits, read as one integer, times ten to this power. Trailing zeros move into the power.
        long power = _exponent - _fractionDigits.Length;
        int end = _integerDigits.Length + _fractionDigits.Length;
        while (end > 0 && Digit(end - 1) == 0)
        {
            end--;
            power++;
        }

        int start = 0;
        while (start < end && Digit(start) == 0)
        {
            start++;
        }

        value = 0;
        if (start == end)
        {
            return true;
        }

        if (power < 0 || end - start + power > MaxIntegerDigits)
        {
            return false;
        }

        // Nineteen digits always fit into a ulong.
        ulong magnitude = 0;
        for (int i = start; i < end; i++)
        {
            magnitude = (magnitude * 10) + (ulong)Digit(i);
        }

        for (; power > 0; power--)
        {
            magnitude *= 10;
        }

        if (magnitude > (ulong)long.MaxValue + (IsNegative ? 1u : 0u))
        {
            return false;
        }

        value = IsNegative ? unchecked(-(long)magnitude) : (long)magnitude;
        return true;
    }

    /// <summary>The number with its scale, rounded to the precision of <see cref="decimal"/>; false if it is outside its range.</summary>
    internal bool TryGetDecimal(out decimal value) =>
        decimal.TryParse(_text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);

    private int Digit(int index) =>
        (index < _integerDigits.Length ? _integerDigits[index] : _fractionDigits[index - _integerDigits.Length]) - '0';

    private static long Exponent(ReadOnlySpan<byte> digits)
    {
        long exponent = 0;
        foreach (byte digit in digits)
        {
            exponent = Math.Min((exponent * 10) + (digit - '0'), ExponentLimit);
        }

        return exponent;
    }

    private static bool Take(scoped ref ReadOnlySpan<byte> rest, byte expected)
    {
        if (rest.IsEmpty || rest[0] != expected)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> rest)
    {
        int length = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        ReadOnlySpan<byte> digits = length < 0 ? rest : rest[..length];
        rest = rest[digits.Length..];
        return digits;
    }
}
