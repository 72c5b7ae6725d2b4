using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime.Json;

/// <summary>What each field accepts. Both readers set every value here, so they cannot disagree about one.</summary>
/// <remarks>A value that its field does not accept leaves the field as it is, which is unavailable until something sets it.</remarks>
internal static class FieldRules
{
    /// <summary>Sets a field from a number in the usual spelling.</summary>
    internal static void TrySet(WireMember member, PlainNumber number, ref SnapshotBuilder snapshot)
    {
        if (member.Type == WireType.Decimal)
        {
            snapshot.Set(member.Field, number.ToDecimal());
        }
        else if (member.Type == WireType.Integer && number.TryGetInteger(out long value))
        {
            snapshot.Set(member.Field, value);
        }
    }

    /// <summary>Sets a field from a number in any spelling.</summary>
    internal static void TrySet(WireMember member, JsonNumber number, ref SnapshotBuilder snapshot)
    {
        if (member.Type == WireType.Integer && number.TryGetInteger(out long integer))
        {
            snapshot.Set(member.Field, integer);
        }
        else if (member.Type == WireType.Decimal && number.TryGetDecimal(out decimal value))
        {
            snapshot.Set(member.Field, value);
        }
    }

    /// <summary>Sets a field from the text of a number or the content of a string: a number in quotes counts as the number.</summary>
    /// <returns>Whether the text is a value of the field's type; a number out of the field's range counts as one.</returns>
    internal static bool TrySet(WireMember member, ReadOnlySpan<byte> text, TimeSpan timestampOffset, ref SnapshotBuilder snapshot)
    {
        switch (member.Type)
        {
            case WireType.Timestamp when CalendarText.TryReadTimestamp(text, timestampOffset, out DateTimeOffset timestamp):
                snapshot.Set(member.Field, timestamp);
                return true;
            case WireType.Date when CalendarText.TryReadDate(text, out DateOnly? date):
                snapshot.Set(member.Field, date);
                return true;
            case WireType.Time when CalendarText.TryReadTime(text, out TimeOnly? time):
                snapshot.Set(member.Field, time);
                return true;
            case WireType.Integer or WireType.Decimal when PlainNumber.TryParse(text, out PlainNumber plain):
                TrySet(member, plain, ref snapshot);
                return true;
            case WireType.Integer or WireType.Decimal when JsonNumber.TryParse(text, out JsonNumber number):
                TrySet(member, number, ref snapshot);
                return true;
            default:
                return false;
        }
    }
}
