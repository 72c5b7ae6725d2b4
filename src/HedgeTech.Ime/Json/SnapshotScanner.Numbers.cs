using System.Buffers;

namespace HedgeTech.Ime.Json;

/// <content>Numbers: those of the usual kind digit by digit, all others by <see cref="JsonNumber"/>.</content>
internal ref partial struct SnapshotScanner
{
    /// <summary>So many digits fit a <see cref="long"/> whatever they are.</summary>
    private const int MaxPlainDigits = 18;

    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789+-.eE"u8);

    private bool ReadNumber(WireMember member, ref SnapshotDraft draft)
    {
        int end = ScanNumber(_json, _at, out long magnitude, out int scale);
        if (end <= _at)
        {
            return ReadUnusualNumber(member, ref draft);
        }

        Set(member, magnitude, scale, _json[_at] == '-', ref draft);
        _at = end;
        return true;
    }

    /// <summary>Where a number of the usual kind ends: digits, perhaps with a fraction, few enough for a <see cref="long"/>; 0 if it is another or none.</summary>
    private static int ScanNumber(ReadOnlySpan<byte> json, int at, out long magnitude, out int scale)
    {
        // In locals, which stay in registers; parameters by reference would not.
        long value = 0;
        int fraction = 0;
        magnitude = 0;
        scale = 0;
        bool isNegative = (uint)at < (uint)json.Length && json[at] == '-';
        int end = isNegative ? at + 1 : at;
        int begin = end;
        uint digit;
        for (; (uint)end < (uint)json.Length && (digit = json[end] - (uint)'0') <= 9; end++)
        {
            value = unchecked((value * 10) + digit);
        }

        int digits = end - begin;
        if (digits == 0 || (digits > 1 && json[begin] == '0'))
        {
            return 0;
        }

        if ((uint)end < (uint)json.Length && json[end] == '.')
        {
            int point = end++;
            for (; (uint)end < (uint)json.Length && (digit = json[end] - (uint)'0') <= 9; end++)
            {
                value = unchecked((value * 10) + digit);
            }

            fraction = end - point - 1;
            if (fraction == 0)
            {
                return 0;
            }
        }

        magnitude = value;
        scale = fraction;
        bool isUsual = digits + fraction <= MaxPlainDigits
            && !(isNegative && value == 0)
            && (uint)end < (uint)json.Length
            && (json[end] | 0x20) != 'e';
        return isUsual ? end : 0;
    }

    private static void Set(WireMember member, long magnitude, int scale, bool isNegative, ref SnapshotDraft draft)
    {
        if (member.Type == WireType.Decimal)
        {
            draft.Set(member.Field, new decimal((int)magnitude, (int)(magnitude >> 32), 0, isNegative, (byte)scale));
        }
        else if (member.Type == WireType.Integer)
        {
            for (; scale > 0 && magnitude % 10 == 0; scale--)
            {
                magnitude /= 10;
            }

            if (scale == 0)
            {
                draft.Set(member.Field, isNegative ? -magnitude : magnitude);
            }
        }
    }

    private bool ReadUnusualNumber(WireMember member, ref SnapshotDraft draft)
    {
        if (Take("-Infinity"u8))
        {
            return true;
        }

        if (!TryTakeNumber(out JsonNumber number))
        {
            return false;
        }

        Set(member, number, ref draft);
        return true;
    }

    private static void Set(WireMember member, JsonNumber number, ref SnapshotDraft draft)
    {
        if (member.Type == WireType.Integer && number.TryGetInteger(out long integer))
        {
            draft.Set(member.Field, integer);
        }
        else if (member.Type == WireType.Decimal && number.TryGetDecimal(out decimal value))
        {
            draft.Set(member.Field, value);
        }
    }

    private bool TryTakeNumber(out JsonNumber number)
    {
        ReadOnlySpan<byte> rest = _json[_at..];
        int length = rest.IndexOfAnyExcept(NumberBytes);
        ReadOnlySpan<byte> text = length < 0 ? rest : rest[..length];
        _at += text.Length;
        return JsonNumber.TryParse(text, out number);
    }
}
