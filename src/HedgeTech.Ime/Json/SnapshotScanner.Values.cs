using System.Buffers;

namespace HedgeTech.Ime.Json;

/// <content>Values and what stands between them.</content>
internal ref partial struct SnapshotScanner
{
    /// <summary>So many digits fit a <see cref="long"/> whatever they are.</summary>
    private const int MaxPlainDigits = 18;

    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789+-.eE"u8);

    /// <summary>Reads the value at the cursor; one that the field cannot take leaves it unavailable.</summary>
    private bool ReadValue(WireMember member, ref SnapshotDraft draft)
    {
        if ((_seen & member.Field) != 0)
        {
            return false;
        }

        _seen |= member.Field;
        byte first = Next;
        if (first == '"')
        {
            return ReadText(member, ref draft);
        }

        return (uint)(first - '0') <= 9 || first == '-' ? ReadNumber(member, ref draft) : SkipValue(1);
    }

    private bool ReadText(WireMember member, ref SnapshotDraft draft)
    {
        if (!TryTakeText(out ReadOnlySpan<byte> text, out bool isEscaped) || isEscaped)
        {
            return false;
        }

        switch (member.Type)
        {
            case WireType.Timestamp when WireTime.TryReadTimestamp(text, _timestampOffset, out DateTimeOffset timestamp):
                draft.Set(member.Field, timestamp);
                break;
            case WireType.Date when WireTime.TryReadDate(text, out DateOnly? date):
                draft.Set(member.Field, date);
                break;
            case WireType.Time when WireTime.TryReadTime(text, out TimeOnly? time):
                draft.Set(member.Field, time);
                break;
            case WireType.Integer or WireType.Decimal when JsonNumber.TryParse(text, out JsonNumber number):
                Set(member, number, ref draft);
                break;
            default:
                break;
        }

        return true;
    }

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

    /// <summary>Passes the value at the cursor, whatever it is.</summary>
    private bool SkipValue(int depth)
    {
        switch (Next)
        {
            case (byte)'"':
                return TryTakeText(out ReadOnlySpan<byte> text, out bool isEscaped) && (!isEscaped || JsonText.AreEscapesWellFormed(text));
            case (byte)'n':
                return Take("null"u8);
            case (byte)'t':
                return Take("true"u8);
            case (byte)'f':
                return Take("false"u8);
            case (byte)'N':
                return Take("NaN"u8);
            case (byte)'I':
                return Take("Infinity"u8);
            case (byte)'[':
                return depth < MaxDepth && SkipList(depth + 1, (byte)']', areNamed: false);
            case (byte)'{':
                return depth < MaxDepth && SkipList(depth + 1, (byte)'}', areNamed: true);
            default:
                return Take("-Infinity"u8) || TryTakeNumber(out _);
        }
    }

    private bool SkipList(int depth, byte end, bool areNamed)
    {
        _at++;
        SkipSpace();
        if (Take(end))
        {
            return true;
        }

        do
        {
            SkipSpace();
            if ((areNamed && !(TryTakeAnyName(out _) && TakeColon())) || !SkipValue(depth))
            {
                return false;
            }

            SkipSpace();
        }
        while (Take((byte)','));

        return Take(end);
    }

    private bool TryTakeNumber(out JsonNumber number)
    {
        ReadOnlySpan<byte> rest = _json[_at..];
        int length = rest.IndexOfAnyExcept(NumberBytes);
        ReadOnlySpan<byte> text = length < 0 ? rest : rest[..length];
        _at += text.Length;
        return JsonNumber.TryParse(text, out number);
    }

    /// <summary>Takes the text at the cursor, without its quotes, as it stands.</summary>
    private bool TryTakeText(out ReadOnlySpan<byte> text, out bool isEscaped)
    {
        text = default;
        isEscaped = false;
        if (Next != '"')
        {
            return false;
        }

        int begin = ++_at;
        while (true)
        {
            int length = _json[_at..].IndexOfAny(EndsText);
            if (length < 0)
            {
                return false;
            }

            _at += length;
            byte end = _json[_at++];
            if (end == '"')
            {
                text = _json[begin..(_at - 1)];
                return true;
            }

            if (end != '\\' || _at == _json.Length)
            {
                return false;
            }

            isEscaped = true;
            _at++;
        }
    }

    /// <summary>Takes a name that is not escaped: those that are known never are.</summary>
    private bool TryTakeAnyName(out ReadOnlySpan<byte> name) => TryTakeText(out name, out bool isEscaped) && !isEscaped;

    private bool TakeColon()
    {
        SkipSpace();
        bool isThere = Take((byte)':');
        SkipSpace();
        return isThere;
    }

    private bool Take(in WireName name)
    {
        if (!name.IsAt(_json, _at))
        {
            return false;
        }

        _at += name.Length;
        SkipSpace();
        return true;
    }

    private bool Take(ReadOnlySpan<byte> expected)
    {
        if ((uint)_at > (uint)_json.Length || !_json[_at..].StartsWith(expected))
        {
            return false;
        }

        _at += expected.Length;
        return true;
    }

    private bool Take(byte expected)
    {
        bool isThere = Next == expected;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private void SkipSpace()
    {
        // Seldom more than one, and often none.
        int at = _at;
        while ((uint)at < (uint)_json.Length && _json[at] <= ' ' && _json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        _at = at;
    }
}
