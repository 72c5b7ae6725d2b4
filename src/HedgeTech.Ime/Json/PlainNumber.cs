using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
    /// <param name="json">The message. It must end with a byte that cannot be part of a number: the loops over the digits stop there, without a check of their own.</param>
    /// <param name="at">The offset.</param>
    /// <param name="number">The number.</param>
    /// <remarks>
    /// Goes digit by digit, so that the processor can predict where the number ends and continue from there. Numbers of one message are of similar length,
    /// so that it is right more often than not. Eight or sixteen digits at a time make it wait, and were slower on the messages of a varied market.
    /// </remarks>
    /// <returns>The offset after the number; negative if the text there is not a number in the usual spelling.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // keeps the results in registers
    internal static int Scan(ReadOnlySpan<byte> json, int at, out PlainNumber number)
    {
        Debug.Assert(json[^1] is not ((>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'.'), "Nothing would stop the loops.");
        Unsafe.SkipInit(out number); // this method is part of the hottest loop
        if ((uint)at >= (uint)json.Length)
        {
            return -1;
        }

        ref byte begin = ref MemoryMarshal.GetReference(json);
        ref byte next = ref Unsafe.Add(ref begin, at);
        bool isNegative = next == '-';
        if (isNegative)
        {
            next = ref Unsafe.Add(ref next, 1);
        }

        ref byte first = ref next;
        ulong magnitude = 0;
        ulong digit;
        while ((digit = next - (ulong)'0') <= 9)
        {
            magnitude = unchecked((magnitude * 10) + digit);
            next = ref Unsafe.Add(ref next, 1);
        }

        nint length = Unsafe.ByteOffset(ref first, ref next);
        if (length == 0 || (first == '0' && length > 1))
        {
            return -1;
        }

        nint scale = 0;
        if (next == '.')
        {
            next = ref Unsafe.Add(ref next, 1);
            ref byte fraction = ref next;
            while ((digit = next - (ulong)'0') <= 9)
            {
                magnitude = unchecked((magnitude * 10) + digit);
                next = ref Unsafe.Add(ref next, 1);
            }

            scale = Unsafe.ByteOffset(ref fraction, ref next);
            if (scale == 0)
            {
                return -1;
            }

            length += 1 + scale;
        }

        // More digits may have overflowed, an exponent changes the value, and only JsonNumber knows a negative zero.
        if (length > MaxLength || (next | 0x20) == 'e' || (isNegative && magnitude == 0))
        {
            return -1;
        }

        number = new PlainNumber((long)magnitude, (int)scale, isNegative);
        return (int)Unsafe.ByteOffset(ref begin, ref next);
    }

    /// <summary>Reads a text that holds one number and nothing else.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out PlainNumber number)
    {
        const int SignLength = 1;
        Span<byte> ended = stackalloc byte[SignLength + MaxLength + 1];
        if (text.Length >= ended.Length)
        {
            number = default;
            return false;
        }

        ended.Clear();
        text.CopyTo(ended);
        return Scan(ended, 0, out number) == text.Length;
    }

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
}
