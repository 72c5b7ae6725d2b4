using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using HedgeTech.Ime.Calendar;

namespace HedgeTech.Ime.Json;

/// <summary>The fast reader: reads a message that has the documented members in the documented order, and gives up on any other.</summary>
/// <remarks>
/// <para>
/// The service writes every message with the same members in the same order, so all bytes between two values are known in advance. A
/// <see cref="WireTemplate"/> lists them: <c>{"channel": "IME Stream", "contractName": </c>, then the contract, then <c>, "timestamp": </c>, then
/// the timestamp, and so on to the closing braces. Reading a message is one loop over that list: compare the known bytes with a few vector
/// instructions, read the value behind them where it stands, go to the next. No names are looked up, no tokens are produced, and nothing is allocated.
/// There are four templates, for the two endpoints with and without spaces; the reader tries the one that fitted last.
/// </para>
/// <para>
/// At the first byte that does not fit, the reader gives the message up, and <see cref="ThoroughReader"/> reads it from the start. So this class
/// decides nothing about odd messages and reports no errors. It must keep one promise only: what it does read, the thorough reader reads
/// the same way. Three rules keep it. Field values are set by <see cref="FieldRules"/> in both readers. Every byte of the message is either compared
/// with the template or read as part of a value, so nothing goes unseen. And a text that is not a known one is checked to be valid UTF-8. Tests
/// compare the two readers on generated and damaged messages.
/// </para>
/// <para>
/// Methods that read a value take its offset and return the offset after it, or a negative number to give up. An offset that is a local
/// variable stays in a register; as a field it would go through memory for each byte.
/// </para>
/// </remarks>
/// <param name="timestampOffset">The offset of timestamps that have none.</param>
/// <param name="contracts">The strings of the contracts.</param>
internal sealed class TemplateReader(TimeSpan timestampOffset, ContractStrings contracts)
{
    private const int GiveUp = -1;

    /// <summary>The length of a timestamp with microseconds, as Python writes it.</summary>
    private const int TimestampLength = 26;

    private static readonly SearchValues<byte> StringEnds = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, ' ').Select(static control => (byte)control)]);

    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789+-.eE"u8);

    private WireTemplate _template = WireTemplate.All[0];

    /// <summary>Reads a message that fits a template. If it returns false, the contents of the builder are meaningless.</summary>
    internal bool TryRead(ReadOnlySpan<byte> message, ref SnapshotBuilder snapshot, ref ContractKey contract) =>
        (_template.IsStartOf(message) || TryFindTemplate(message)) && _template.Ending.IsEndOf(message) && TryRead(message, _template, ref snapshot, ref contract);

    private bool TryFindTemplate(ReadOnlySpan<byte> message)
    {
        foreach (WireTemplate template in WireTemplate.All)
        {
            if (template.IsStartOf(message))
            {
                _template = template;
                return true;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // a method of its own gets all registers
    private bool TryRead(ReadOnlySpan<byte> json, WireTemplate template, ref SnapshotBuilder snapshot, ref ContractKey contract)
    {
        int at = 0;
        foreach (ref readonly WireTemplate.Step step in template.Steps)
        {
            if (!step.Before.IsAt(json, at))
            {
                return false;
            }

            at += step.Before.Length;
            WireMember? member = step.Member;
            if (member is null)
            {
                at = ReadContract(json, at, template.Kind, ref contract);
            }
            else
            {
                int end = PlainNumber.Scan(json, at, out PlainNumber number);
                if (end < 0)
                {
                    end = ReadOtherValue(json, at, member, ref snapshot);
                }
                else
                {
                    FieldRules.TrySet(member, number, ref snapshot);
                }

                at = end;
            }

            if (at < 0)
            {
                return false;
            }
        }

        return at + template.Ending.Length == json.Length; // that the message ends so was checked before
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // inlined, it would take registers from the loop
    private int ReadContract(ReadOnlySpan<byte> json, int at, ContractKeyKind kind, ref ContractKey contract)
    {
        // Usually one that came a moment ago. What is kept was checked then, so its bytes alone decide, escapes included.
        int length = ByteAt(json, at) == '"' ? json[(at + 1)..].IndexOf((byte)'"') : GiveUp;
        if (length >= 0 && contracts.GetRecent(json.Slice(at + 1, length)) is { } recent)
        {
            contract = new ContractKey(kind, recent);
            return at + length + 2;
        }

        at = ReadString(json, at, out ReadOnlySpan<byte> text, out bool isEscaped);
        if (at < 0 || text.IsEmpty || !Utf8.IsValid(text) || contracts.Get(text, isEscaped) is not { } value)
        {
            return GiveUp;
        }

        contract = new ContractKey(kind, value);
        return at;
    }

    /// <summary>Reads any value except a number in the usual spelling.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // inlined, it would take registers from the loop
    private int ReadOtherValue(ReadOnlySpan<byte> json, int at, WireMember member, ref SnapshotBuilder snapshot) => ByteAt(json, at) switch
    {
        (byte)'"' => ReadText(json, at, member, ref snapshot),
        (byte)'n' => Skip(json, at, "null"u8),
        (byte)'N' => Skip(json, at, "NaN"u8),
        (byte)'I' => Skip(json, at, "Infinity"u8),
        (byte)'-' when ByteAt(json, at + 1) == 'I' => Skip(json, at, "-Infinity"u8),
        (byte)'-' or (>= (byte)'0' and <= (byte)'9') => ReadNumber(json, at, member, ref snapshot),
        _ => GiveUp,
    };

    private int ReadText(ReadOnlySpan<byte> json, int at, WireMember member, ref SnapshotBuilder snapshot)
    {
        // A text of the usual length that the field accepts needs no search for the closing quote.
        int end = at + 1 + UsualLength(member.Type);
        if (ByteAt(json, end) == '"' && FieldRules.TrySet(member, json[(at + 1)..end], timestampOffset, ref snapshot))
        {
            return end + 1;
        }

        end = ReadString(json, at, out ReadOnlySpan<byte> text, out bool isEscaped);
        if (end < 0 || isEscaped || !Utf8.IsValid(text))
        {
            return GiveUp;
        }

        FieldRules.TrySet(member, text, timestampOffset, ref snapshot);
        return end;
    }

    private static int UsualLength(WireType type) => type switch
    {
        WireType.Timestamp => TimestampLength,
        WireType.Date => CalendarText.DateLength,
        WireType.Time => CalendarText.TimeLength,
        _ => 0,
    };

    private static int ReadNumber(ReadOnlySpan<byte> json, int at, WireMember member, ref SnapshotBuilder snapshot)
    {
        ReadOnlySpan<byte> rest = json[at..];
        int length = rest.IndexOfAnyExcept(NumberBytes);
        ReadOnlySpan<byte> text = length < 0 ? rest : rest[..length];
        if (!JsonNumber.TryParse(text, out JsonNumber number))
        {
            return GiveUp;
        }

        FieldRules.TrySet(member, number, ref snapshot);
        return at + text.Length;
    }

    /// <summary>Finds the end of a string; <paramref name="text"/> is what stands between its quotes, with its escapes.</summary>
    private static int ReadString(ReadOnlySpan<byte> json, int at, out ReadOnlySpan<byte> text, out bool isEscaped)
    {
        text = default;
        isEscaped = false;
        if (ByteAt(json, at) != '"')
        {
            return GiveUp;
        }

        int start = ++at;
        while (true)
        {
            int length = json[at..].IndexOfAny(StringEnds);
            if (length < 0)
            {
                return GiveUp;
            }

            at += length;
            byte end = json[at++];
            if (end == '"')
            {
                text = json[start..(at - 1)];
                return at;
            }

            if (end != '\\' || at == json.Length)
            {
                return GiveUp;
            }

            isEscaped = true;
            at++;
        }
    }

    private static int Skip(ReadOnlySpan<byte> json, int at, ReadOnlySpan<byte> literal) => json[at..].StartsWith(literal) ? at + literal.Length : GiveUp;

    /// <summary>The byte at an offset; 0, which no JSON contains, after the end.</summary>
    private static byte ByteAt(ReadOnlySpan<byte> json, int at) => (uint)at < (uint)json.Length ? json[at] : (byte)0;
}
