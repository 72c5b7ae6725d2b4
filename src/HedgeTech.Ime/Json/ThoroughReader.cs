using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace HedgeTech.Ime.Json;

/// <summary>The thorough reader: reads members in any order, ignores unknown ones, and says why a message is not a snapshot.</summary>
/// <remarks>
/// Built on <see cref="Utf8JsonReader"/>. The message as a whole must be valid JSON, except for bare <c>NaN</c> and <c>Infinity</c>, and must have the right
/// channel, a contract and data. Each field is optional: a field that is missing or cannot be read is unavailable. If a member is repeated, the last one wins.
/// Not thread-safe, as it holds a buffer.
/// </remarks>
/// <param name="timestampOffset">The offset of timestamps that have none.</param>
/// <param name="contracts">The strings of the contracts.</param>
internal sealed class ThoroughReader(TimeSpan timestampOffset, ContractStrings contracts)
{
    // Large enough for every text that matters here, even with each character escaped.
    private readonly byte[] _unescaped = new byte[ContractStrings.MaxKeptBytes * JsonText.LongestEscape];

    /// <summary>Reads one message. Never throws, whatever its bytes are.</summary>
    /// <returns>Why the message is not a snapshot; null if it is one.</returns>
    internal FormatError? Read(ReadOnlySpan<byte> message, ref SnapshotBuilder snapshot, ref ContractKey contract) =>
        FindBadBytes(message)
        ?? (BareLiterals.MayOccur(message)
            ? ReadCopy(message, ref snapshot, ref contract)
            : ReadJson(message, ref snapshot, ref contract));

    /// <summary>Finds what <see cref="Utf8JsonReader"/> does not check, such as the strings nobody asks for, or does not explain well.</summary>
    private static FormatError? FindBadBytes(ReadOnlySpan<byte> message)
    {
        if (!Utf8.IsValid(message))
        {
            return new FormatError("it is not valid UTF-8", JsonText.FindInvalidUtf8(message));
        }

        if (message.StartsWith("\uFEFF"u8))
        {
            return new FormatError("it starts with a byte order mark", 0);
        }

        return message.Trim(" \t\r\n"u8).IsEmpty ? new FormatError("it is empty", message.Length) : null;
    }

    /// <summary>Reads a message with bare <c>NaN</c> or <c>Infinity</c> from a copy that has <c>null</c> in their place.</summary>
    private FormatError? ReadCopy(ReadOnlySpan<byte> message, ref SnapshotBuilder snapshot, ref ContractKey contract)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(BareLiterals.MaxCopyLength(message.Length));
        try
        {
            int length = BareLiterals.CopyAsNull(message, copy);
            FormatError? found = ReadJson(copy.AsSpan(0, length), ref snapshot, ref contract);
            return found is { } error ? BareLiterals.InMessage(message, error) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private FormatError? ReadJson(ReadOnlySpan<byte> json, ref SnapshotBuilder snapshot, ref ContractKey contract)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            return ReadMessage(ref reader, ref snapshot, ref contract);
        }
        catch (JsonException exception)
        {
            return new FormatError(JsonText.Reason(exception), JsonText.Offset(json, exception));
        }
    }

    private FormatError? ReadMessage(ref Utf8JsonReader reader, ref SnapshotBuilder snapshot, ref ContractKey contract)
    {
        reader.Read();
        long start = reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new FormatError($"it is {JsonText.Describe(reader.TokenType)}, not an object", start);
        }

        // Repeated members replace earlier ones, so the errors count only when all members have been seen.
        FormatError? channelError = new FormatError("it has no channel", start);
        FormatError? dataError = new FormatError("it has no data", start);
        string? name = null;
        string? id = null;

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            ReadOnlySpan<byte> member = ReadName(ref reader);
            if (member.SequenceEqual(WireSchema.Channel))
            {
                reader.Read();
                channelError = CheckChannel(ref reader);
            }
            else if (member.SequenceEqual(WireSchema.ContractName))
            {
                reader.Read();
                name = ReadIdentifier(ref reader);
            }
            else if (member.SequenceEqual(WireSchema.ContractId))
            {
                reader.Read();
                id = ReadIdentifier(ref reader);
            }
            else if (member.SequenceEqual(WireSchema.Timestamp.Name))
            {
                reader.Read();
                ReadValue(ref reader, WireSchema.Timestamp, ref snapshot);
            }
            else if (member.SequenceEqual(WireSchema.Data.Name))
            {
                reader.Read();
                dataError = CheckData(ref reader);
                ReadSection(ref reader, WireSchema.Data, ref snapshot);
            }

            reader.Skip(); // the value of an unknown member, or an object or array where a single value should be
        }

        // Throws if anything except white space follows.
        reader.Read();

        FormatError? contractError = name is null && id is null ? new FormatError("it names no contract", start) : null;
        contract = name is not null ? new ContractKey(ContractKeyKind.Name, name) : new ContractKey(ContractKeyKind.Id, id!);
        return channelError ?? contractError ?? dataError;
    }

    private FormatError? CheckChannel(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return new FormatError($"the channel is {JsonText.Describe(reader.TokenType)}, not 'IME Stream'", reader.TokenStartIndex);
        }

        if (!TryGetText(ref reader, out ReadOnlySpan<byte> channel))
        {
            return new FormatError("the channel is not valid Unicode", reader.TokenStartIndex);
        }

        return channel.SequenceEqual(WireSchema.SnapshotChannel)
            ? null
            : new FormatError($"the channel is '{JsonText.Excerpt(channel)}', not 'IME Stream'", reader.TokenStartIndex);
    }

    private static FormatError? CheckData(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.StartObject
        ? null
        : new FormatError($"the data is {JsonText.Describe(reader.TokenType)}, not an object", reader.TokenStartIndex);

    /// <summary>The contract's name or id at the current token; null if the token is not a usable one.</summary>
    private string? ReadIdentifier(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return contracts.Get(reader.ValueSpan);
        }

        return reader.TokenType == JsonTokenType.String && TryGetText(ref reader, out ReadOnlySpan<byte> text) && !text.IsEmpty
            ? contracts.Get(text)
            : null;
    }

    /// <summary>Reads the object at the current token. Any other value makes all fields of the section unavailable.</summary>
    private void ReadSection(ref Utf8JsonReader reader, WireSection section, ref SnapshotBuilder snapshot)
    {
        // A repeated section replaces the earlier one completely.
        snapshot.Clear(section.Fields);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            ReadOnlySpan<byte> name = ReadName(ref reader);
            if (section.FindMember(name) is { } member)
            {
                reader.Read();
                ReadValue(ref reader, member, ref snapshot);
            }
            else if (section.FindSection(name) is { } inner)
            {
                reader.Read();
                ReadSection(ref reader, inner, ref snapshot);
            }

            reader.Skip(); // the value of an unknown member, or an object or array where a single value should be
        }
    }

    /// <summary>Reads the value at the current token. A value that the field does not accept makes it unavailable.</summary>
    private void ReadValue(ref Utf8JsonReader reader, WireMember member, ref SnapshotBuilder snapshot)
    {
        snapshot.Clear(member.Field);
        if (reader.TokenType == JsonTokenType.Number)
        {
            FieldRules.TrySet(member, reader.ValueSpan, timestampOffset, ref snapshot);
        }
        else if (reader.TokenType == JsonTokenType.String && TryGetText(ref reader, out ReadOnlySpan<byte> text))
        {
            FieldRules.TrySet(member, text, timestampOffset, ref snapshot);
        }
    }

    /// <summary>The unescaped name; empty, and so unknown, if it is not valid Unicode.</summary>
    private ReadOnlySpan<byte> ReadName(scoped ref Utf8JsonReader reader) => TryGetText(ref reader, out ReadOnlySpan<byte> name) ? name : default;

    /// <summary>The unescaped string or name at the current token. Valid until the next call.</summary>
    private bool TryGetText(scoped ref Utf8JsonReader reader, out ReadOnlySpan<byte> text)
    {
        text = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            return true;
        }

        // A longer text is an unknown one, or a name too long to keep: it gets a buffer of its own.
        Span<byte> unescaped = text.Length <= _unescaped.Length ? _unescaped : new byte[text.Length];
        bool isText = JsonText.TryUnescape(text, unescaped, out int length);
        text = unescaped[..length];
        return isText;
    }
}
