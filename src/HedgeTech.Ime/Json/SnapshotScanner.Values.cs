namespace HedgeTech.Ime.Json;

/// <content>Values.</content>
internal ref partial struct SnapshotScanner
{
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
}
