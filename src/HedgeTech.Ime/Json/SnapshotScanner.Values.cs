using System.Runtime.CompilerServices;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime.Json;

/// <content>Values.</content>
internal ref partial struct SnapshotScanner
{
    /// <summary>Reads the value at the cursor; one that the field cannot take leaves it unavailable.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // it would take the registers of the hot loop
    private int ReadValue(int at, WireMember member, ref SnapshotDraft draft)
    {
        if ((_seen & member.Field) != 0)
        {
            return GivenUp;
        }

        _seen |= member.Field;
        byte first = ByteAt(_json, at);
        if (first == '"')
        {
            return ReadText(at, member, ref draft);
        }

        return (uint)(first - '0') <= 9 || first == '-' ? ReadNumber(at, member, ref draft) : PassValue(_json, at, 1);
    }

    private readonly int ReadText(int at, WireMember member, ref SnapshotDraft draft)
    {
        // What has the usual length, and is what it should be, needs no search for its end.
        int usual = at + 1 + UsualLength(member.Type);
        if (ByteAt(_json, usual) == '"' && TrySet(member, _json[(at + 1)..usual], ref draft))
        {
            return usual + 1;
        }

        at = PassText(_json, at, out ReadOnlySpan<byte> text, out bool isEscaped);
        if (at == GivenUp || isEscaped)
        {
            return GivenUp;
        }

        TrySet(member, text, ref draft);
        return at;
    }

    /// <summary>The length that a text of this type mostly has; 0 if no length is usual.</summary>
    private static int UsualLength(WireType type) => type switch
    {
        WireType.Timestamp => 26, // with microseconds, as Python writes it
        WireType.Date => CalendarText.DateLength,
        WireType.Time => CalendarText.TimeLength,
        _ => 0,
    };

    private readonly bool TrySet(WireMember member, ReadOnlySpan<byte> text, ref SnapshotDraft draft)
    {
        switch (member.Type)
        {
            case WireType.Timestamp when CalendarText.TryReadTimestamp(text, _timestampOffset, out DateTimeOffset timestamp):
                draft.Set(member.Field, timestamp);
                return true;
            case WireType.Date when CalendarText.TryReadDate(text, out DateOnly? date):
                draft.Set(member.Field, date);
                return true;
            case WireType.Time when CalendarText.TryReadTime(text, out TimeOnly? time):
                draft.Set(member.Field, time);
                return true;
            case WireType.Integer or WireType.Decimal when JsonNumber.TryParse(text, out JsonNumber number):
                Set(member, number, ref draft);
                return true;
            default:
                return false;
        }
    }

    private readonly int ReadNumber(int at, WireMember member, ref SnapshotDraft draft)
    {
        int end = PassNumber(_json, at, out long magnitude, out int scale, out bool isNegative);
        if (end != GivenUp)
        {
            Set(member, magnitude, scale, isNegative, ref draft);
            return end;
        }

        end = Pass(_json, at, "-Infinity"u8);
        if (end != GivenUp)
        {
            return end;
        }

        end = PassAnyNumber(_json, at, out JsonNumber number);
        if (end != GivenUp)
        {
            Set(member, number, ref draft);
        }

        return end;
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
}
