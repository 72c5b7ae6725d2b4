using System.Buffers;
using System.Runtime.CompilerServices;

namespace HedgeTech.Ime.Json;

/// <content>Numbers: those of the usual kind digit by digit, all others by <see cref="JsonNumber"/>.</content>
internal ref partial struct SnapshotScanner
{
    /// <summary>So many digits fit a <see cref="long"/> whatever they are.</summary>
    private const int MaxPlainDigits = 18;

    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789+-.eE"u8);

    /// <summary>Passes a number of the usual kind: digits, perhaps with a fraction, few enough for a <see cref="long"/>; any other is given up.</summary>
    /// <remarks>
    /// Digit by digit: the processor then foretells where the number ends and reads on meanwhile. Taking eight digits at a time, it has to wait for that.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // so that what it finds stays in registers
    private static int PassNumber(ReadOnlySpan<byte> json, int at, out long magnitude, out int scale, out bool isNegative)
    {
        magnitude = 0;
        scale = 0;
        isNegative = false;
        if ((uint)at >= (uint)json.Length)
        {
            return GivenUp;
        }

        if (json[at] == '-')
        {
            isNegative = true;
            at++;
        }

        ReadOnlySpan<byte> text = json[at..];
        ulong value = 0;
        ulong digit;
        int end = 0;
        for (; end < text.Length && (digit = text[end] - (ulong)'0') <= 9; end++)
        {
            value = unchecked((value * 10) + digit);
        }

        if (end == 0 || (text[0] == '0' && end > 1))
        {
            return GivenUp;
        }

        byte follows = ByteAt(text, end);
        if (follows == '.')
        {
            int point = end++;
            for (; end < text.Length && (digit = text[end] - (ulong)'0') <= 9; end++)
            {
                value = unchecked((value * 10) + digit);
            }

            scale = end - point - 1;
            if (scale == 0)
            {
                return GivenUp;
            }

            follows = ByteAt(text, end);
        }

        magnitude = (long)value;
        bool isUsual = end <= MaxPlainDigits && (follows | 0x20) != 'e' && !(isNegative && value == 0);
        return isUsual ? at + end : GivenUp;
    }

    private static int PassAnyNumber(ReadOnlySpan<byte> json, int at, out JsonNumber number)
    {
        ReadOnlySpan<byte> rest = json[Math.Min(at, json.Length)..];
        int length = rest.IndexOfAnyExcept(NumberBytes);
        ReadOnlySpan<byte> text = length < 0 ? rest : rest[..length];
        return JsonNumber.TryParse(text, out number) ? at + text.Length : GivenUp;
    }
}
