using System.Globalization;

namespace HedgeTech.Ime.Json;

/// <summary>The text of exactly one number as JSON spells it: an int, a float or an exponent form, with nothing around it.</summary>
/// <remarks>Every operation is linear in the length of the text, whatever its exponent claims.</remarks>
internal readonly ref struct JsonNumber
{
    /// <summary>No message is long enough for its digits to make up for an exponent beyond this.</summary>
    private const long ExponentLimit = 1_000_000_000_000;

    /// <summary>The digits of <see cref="long.MaxValue"/>.</summary>
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

    /// <summary>Takes the text apart; false if it is anything but one number.</summary>
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

    /// <summary>The number as a whole one, exactly; false if it has a fraction or is beyond <see cref="long"/>.</summary>
    internal bool TryGetInteger(out long value)
    {
        // The number is its digits, read as one whole number, times ten to this power. Trailing zeros move into the power.
        long power = _exponent - _fractionDigits.Length;
        int end = _integerDigits.Length + _fractionDigits.Length;
        while (end > 0 && Digit(end - 1) == 0)
        {
            end--;
            power++;
        }

        int begin = 0;
        while (begin < end && Digit(begin) == 0)
        {
            begin++;
        }

        value = 0;
        if (begin == end)
        {
            return true;
        }

        if (power < 0 || end - begin + power > MaxIntegerDigits)
        {
            return false;
        }

        // Nineteen digits always fit a ulong.
        ulong magnitude = 0;
        for (int i = begin; i < end; i++)
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

    /// <summary>The number with its scale, digits beyond the precision of <see cref="decimal"/> rounded; false if it is beyond its range.</summary>
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
