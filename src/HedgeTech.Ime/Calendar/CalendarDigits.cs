using System.Buffers.Binary;

namespace HedgeTech.Ime.Calendar;

/// <summary>Reads the digits of dates, times and offsets, several bytes at a time where that is faster.</summary>
internal static class CalendarDigits
{
    private const int OffsetLength = 6;
    private const int MaxFractionDigits = 7;

    private static readonly TimeSpan MaxOffset = TimeSpan.FromHours(14);

    private static ReadOnlySpan<int> TicksOfLastDigit => [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

    /// <summary>Reads year, month and day with two separators. Does not check whether that date exists.</summary>
    public static bool TryReadDate(ReadOnlySpan<byte> text, byte separator, out int year, out int month, out int day)
    {
        (year, month, day) = (0, 0, 0);
        if (text.Length != CalendarText.DateLength
            || !TryReadPairs(text, 4, 7, separator, out ulong pairs)
            || !char.IsAsciiDigit((char)text[8])
            || !char.IsAsciiDigit((char)text[9]))
        {
            return false;
        }

        year = (Pair(pairs, 0) * 100) + Pair(pairs, 2);
        month = Pair(pairs, 5);
        day = ((text[8] - '0') * 10) + (text[9] - '0');
        return true;
    }

    /// <summary>Reads a time with an optional fraction from the start of a text, and removes it from the text.</summary>
    public static bool TryTakeTime(ref ReadOnlySpan<byte> text, out TimeOnly time)
    {
        time = default;
        if (text.Length < CalendarText.TimeLength || !TryReadPairs(text, 2, 5, (byte)':', out ulong pairs))
        {
            return false;
        }

        (int hour, int minute, int second) = (Pair(pairs, 0), Pair(pairs, 3), Pair(pairs, 6));
        if (hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        text = text[CalendarText.TimeLength..];
        if (!TryTakeFraction(ref text, out int fractionTicks))
        {
            return false;
        }

        time = new TimeOnly((((((hour * 60L) + minute) * 60) + second) * TimeSpan.TicksPerSecond) + fractionTicks);
        return true;
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<byte> text, out int ticks)
    {
        ticks = 0;
        if (text.IsEmpty || text[0] != '.')
        {
            return true;
        }

        ReadOnlySpan<byte> digits = text[1..];
        int length = 0;
        for (; length < digits.Length && char.IsAsciiDigit((char)digits[length]); length++)
        {
            ticks = unchecked((ticks * 10) + (digits[length] - '0'));
        }

        if (length is 0 or > MaxFractionDigits)
        {
            return false;
        }

        ticks *= TicksOfLastDigit[length - 1];
        text = digits[length..];
        return true;
    }

    /// <summary>Reads <c>Z</c> or an offset such as <c>+03:30</c>, at most 14 hours.</summary>
    public static bool TryReadOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is [(byte)'Z'])
        {
            return true;
        }

        if (text.Length != OffsetLength
            || text[0] is not ((byte)'+' or (byte)'-')
            || text[3] != ':'
            || !TryReadDigits(text[1..3], out int hours)
            || !TryReadDigits(text[4..], out int minutes)
            || minutes > 59)
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0);
        if (offset > MaxOffset)
        {
            return false;
        }

        offset = text[0] == '-' ? -offset : offset;
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    /// <summary>Reads eight bytes at once, all digits except two separators, and computes the number that each digit makes with the next one.</summary>
    private static bool TryReadPairs(ReadOnlySpan<byte> text, int first, int second, byte separator, out ulong pairs)
    {
        const ulong Zeros = 0x3030303030303030;
        ulong places = (0xFFUL << (8 * first)) | (0xFFUL << (8 * second));
        ulong separators = ((ulong)separator << (8 * first)) | ((ulong)separator << (8 * second));
        ulong read = BinaryPrimitives.ReadUInt64LittleEndian(text);
        ulong digits = (read ^ Zeros) & ~places;
        pairs = unchecked((digits * 10) + (digits >> 8));

        // This sum sets the highest bit of each byte above 9, unless the byte already has it.
        return (read & places) == separators && ((unchecked(digits + 0x7676767676767676) | digits) & 0x8080808080808080) == 0;
    }

    private static int Pair(ulong pairs, int first) => (byte)(pairs >> (8 * first));
}
