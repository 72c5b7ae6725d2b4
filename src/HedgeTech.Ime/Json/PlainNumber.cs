using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Json;

/// <summary>A number in the usual spelling: at most 18 digits, with or without a fraction, and no exponent.</summary>
/// <remarks>A fast path: <see cref="JsonNumber"/> reads every other spelling, and reads these the same way.</remarks>
internal readonly struct PlainNumber
{
    /// <summary>Any number with this many digits or fewer fits a <see cref="long"/>.</summary>
    private const int MaxLength = 18;

    private readonly long _magnitude;
    private readonly int _scale;
    private readonly bool _isNegative;

    private PlainNumber(long magnitude, int scale, bool isNegative)
    {
        _magnitude = magnitude;
        _scale = scale;
        _isNegative = isNegative;
    }

    /// <summary>Reads the number that starts at an offset of the message.</summary>
    /// <remarks>
    /// Goes digit by digit, so that the processor can predict where the number ends and continue from there. Eight digits at a time would make it wait.
    /// </remarks>
    /// <returns>The offset after the number; negative if the text there is not a number in the usual spelling.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // keeps the results in registers
    internal static int Scan(ReadOnlySpan<byte> json, int at, out PlainNumber number)
    {
        Unsafe.SkipInit(out number); // this method is part of the hottest loop
        if ((uint)at >= (uint)json.Length)
        {
            return -1;
        }

        bool isNegative = json[at] == '-';
        if (isNegative)
        {
            at++;
        }

        ReadOnlySpan<byte> text = json[at..];
        ulong magnitude = 0;
        ulong digit;
        int end = 0;
        for (; end < text.Length && (digit = text[end] - (ulong)'0') <= 9; end++)
        {
            magnitude = unchecked((magnitude * 10) + digit);
        }

        if (end == 0 || (text[0] == '0' && end > 1))
        {
            return -1;
        }

        int scale = 0;
        byte next = ByteAt(text, end);
        if (next == '.')
        {
            int point = end++;
            for (; end < text.Length && (digit = text[end] - (ulong)'0') <= 9; end++)
            {
                magnitude = unchecked((magnitude * 10) + digit);
            }

            scale = end - point - 1;
            if (scale == 0)
            {
                return -1;
            }

            next = ByteAt(text, end);
        }

        // More digits may have overflowed, an exponent changes the value, and only JsonNumber knows a negative zero.
        if (end > MaxLength || (next | 0x20) == 'e' || (isNegative && magnitude == 0))
        {
            return -1;
        }

        number = new PlainNumber((long)magnitude, scale, isNegative);
        return at + end;
    }

    /// <summary>Reads a text that holds one number and nothing else.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out PlainNumber number) => Scan(text, 0, out number) == text.Length;

    /// <summary>The number with its scale.</summary>
    internal decimal ToDecimal() => new((int)_magnitude, (int)(_magnitude >> 32), 0, _isNegative, (byte)_scale);

    /// <summary>The number as an integer; false if it has a fraction other than zeros.</summary>
    internal bool TryGetInteger(out long value)
    {
        value = _magnitude;
        int scale = _scale;
        for (; scale > 0 && value % 10 == 0; scale--)
        {
            value /= 10;
        }

        value = _isNegative ? -value : value;
        return scale == 0;
    }

    private static byte ByteAt(ReadOnlySpan<byte> text, int at) => (uint)at < (uint)text.Length ? text[at] : (byte)0;
}
