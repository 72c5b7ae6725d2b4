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
        ReadOnlySpan<byte> json = _json;
        int at = _at;
        bool isNegative = json[at] == '-';
        at += isNegative ? 1 : 0;
        int begin = at;
        long magnitude = 0;
        for (; (uint)at < (uint)json.Length && (uint)(json[at] - '0') <= 9; at++)
        {
            magnitude = unchecked((magnitude * 10) + (json[at] - '0'));
        }

        int digits = at - begin;
        int scale = 0;
        if ((uint)at < (uint)json.Length && json[at] == '.')
        {
            int point = at++;
            for (; (uint)at < (uint)json.Length && (uint)(json[at] - '0') <= 9; at++)
            {
                magnitude = unchecked((magnitude * 10) + (json[at] - '0'));
            }

            scale = at - point - 1;
            if (scale == 0)
            {
                return false;
            }
        }

        bool isPlain = digits > 0
            && (digits == 1 || json[begin] != '0')
            && digits + scale <= MaxPlainDigits
            && !(isNegative && magnitude == 0)
            && (uint)at < (uint)json.Length
            && (json[at] | 0x20) != 'e';
        if (!isPlain)
        {
            return ReadUnusualNumber(member, ref draft);
        }

        _at = at;
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

        return true;
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
        while (Next is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _at++;
        }
    }
}
