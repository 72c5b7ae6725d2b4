using System.Text.Json;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime.Json;

internal sealed partial class SnapshotReader
{
    // Room for any text that may have a meaning here with each of its characters escaped.
    private readonly byte[] _scratch = new byte[ContractStrings.MaxKeptBytes * JsonText.LongestEscape];

    /// <summary>Reads the object at hand; anything else leaves all its fields unavailable.</summary>
    private void ReadSection(ref Utf8JsonReader reader, WireSection section, ref SnapshotDraft draft)
    {
        // Of a repeated section the last wins, whole: nothing of an earlier one may shine through.
        draft.Forget(section.Fields);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            ReadOnlySpan<byte> name = MemberName(ref reader);
            if (section.FindSection(name) is { } inner)
            {
                reader.Read();
                ReadSection(ref reader, inner, ref draft);
            }
            else if (section.FindMember(name) is { } member)
            {
                reader.Read();
                ReadValue(ref reader, member, ref draft);
            }

            // Past a name or a value that was not taken; what was taken is already behind.
            reader.Skip();
        }
    }

    /// <summary>Reads the value at hand; one that the field cannot take leaves it unavailable.</summary>
    private void ReadValue(ref Utf8JsonReader reader, WireMember member, ref SnapshotDraft draft)
    {
        draft.Forget(member.Field);

        ReadOnlySpan<byte> text;
        if (reader.TokenType == JsonTokenType.Number)
        {
            text = reader.ValueSpan;
        }
        else if (reader.TokenType != JsonTokenType.String || !TryGetText(ref reader, out text))
        {
            return;
        }

        switch (member.Type)
        {
            case WireType.Integer when JsonNumber.TryParse(text, out JsonNumber number) && number.TryGetInteger(out long value):
                draft.Set(member.Field, value);
                break;
            case WireType.Decimal when JsonNumber.TryParse(text, out JsonNumber number) && number.TryGetDecimal(out decimal value):
                draft.Set(member.Field, value);
                break;
            case WireType.Timestamp when CalendarText.TryReadTimestamp(text, _timestampOffset, out DateTimeOffset value):
                draft.Set(member.Field, value);
                break;
            case WireType.Date when CalendarText.TryReadDate(text, out DateOnly? value):
                draft.Set(member.Field, value);
                break;
            case WireType.Time when CalendarText.TryReadTime(text, out TimeOnly? value):
                draft.Set(member.Field, value);
                break;
            default:
                break;
        }
    }

    /// <summary>The unescaped name; one that no text can hold is empty, and so unknown.</summary>
    private ReadOnlySpan<byte> MemberName(scoped ref Utf8JsonReader reader) => TryGetText(ref reader, out ReadOnlySpan<byte> name) ? name : default;

    /// <summary>The string or name at hand, unescaped. Good until the next is asked for.</summary>
    private bool TryGetText(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> text)
    {
        text = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            return true;
        }

        // What is longer than the buffer means nothing here, or is a name too long to keep: let it have its own.
        Span<byte> unescaped = text.Length <= _scratch.Length ? _scratch : new byte[text.Length];
        bool isText = JsonText.TryUnescape(text, unescaped, out int length);
        text = unescaped[..length];
        return isText;
    }
}
