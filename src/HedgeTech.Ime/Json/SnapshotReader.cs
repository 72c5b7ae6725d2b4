using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace HedgeTech.Ime.Json;

/// <summary>Reads messages into snapshots: a message must be JSON throughout and say what it is; its fields are forgiven one by one.</summary>
/// <remarks>
/// Allocates the snapshot and nothing else, as long as the contracts are those known beforehand or not too many others.
/// Holds buffers, so not thread-safe: one for each connection.
/// </remarks>
internal sealed partial class SnapshotReader
{
    private readonly TimeSpan _timestampOffset;
    private readonly ContractStrings _contracts;
    private readonly byte[] _order = SnapshotScanner.DocumentedOrder();
    private WireTemplate _template = WireTemplate.All[0];

    /// <param name="timestampOffset">The offset of timestamps that carry none.</param>
    /// <param name="contracts">The contracts that messages are expected of; their strings are shared with the snapshots.</param>
    internal SnapshotReader(TimeSpan timestampOffset, IEnumerable<ContractKey> contracts)
    {
        _timestampOffset = timestampOffset;
        _contracts = new ContractStrings(contracts);
    }

    /// <summary>Reads one message. Never throws, whatever its bytes.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="receivedAt">Goes into the snapshot as it is.</param>
    /// <param name="frame">Goes into the snapshot as it is.</param>
    /// <param name="snapshot">The snapshot, if the message is one.</param>
    /// <param name="error">Why it is none otherwise.</param>
    internal bool TryRead(
        ReadOnlySpan<byte> message,
        DateTimeOffset receivedAt,
        ReadOnlyMemory<byte> frame,
        [NotNullWhen(true)] out MarketSnapshot? snapshot,
        out FormatError error)
    {
        if (TryReadUsual(message, receivedAt, frame, out snapshot))
        {
            error = default;
            return true;
        }

        return TryReadAny(message, receivedAt, frame, out snapshot, out error);
    }

    /// <summary>Reads a message as the service writes it, fast; false if it is another, which need not be wrong.</summary>
    internal bool TryReadUsual(ReadOnlySpan<byte> message, DateTimeOffset receivedAt, ReadOnlyMemory<byte> frame, [NotNullWhen(true)] out MarketSnapshot? snapshot)
    {
        SnapshotDraft draft = default;
        ContractKey contract = default;
        bool isRead = Utf8.IsValid(message) && TryScan(message, ref draft, ref contract);
        snapshot = isRead ? draft.ToSnapshot(contract, receivedAt, frame) : null;
        return isRead;
    }

    /// <summary>By the template that the message begins like, or in whatever order its members are.</summary>
    private bool TryScan(ReadOnlySpan<byte> message, ref SnapshotDraft draft, ref ContractKey contract)
    {
        if (_template.IsBegunBy(message) || TryFindTemplate(message))
        {
            if (new SnapshotScanner(message, _timestampOffset, _contracts, _order).TryRead(_template, ref draft, ref contract))
            {
                return true;
            }

            draft = default;
        }

        return new SnapshotScanner(message, _timestampOffset, _contracts, _order).TryRead(ref draft, ref contract);
    }

    private bool TryFindTemplate(ReadOnlySpan<byte> message)
    {
        foreach (WireTemplate template in WireTemplate.All)
        {
            if (template.IsBegunBy(message))
            {
                _template = template; // a connection brings messages of one form
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads any message, by the platform's own reader: what this refuses is refused, and in these words.</summary>
    internal bool TryReadAny(
        ReadOnlySpan<byte> message,
        DateTimeOffset receivedAt,
        ReadOnlyMemory<byte> frame,
        [NotNullWhen(true)] out MarketSnapshot? snapshot,
        out FormatError error)
    {
        SnapshotDraft draft = default;
        ContractKey contract = default;
        FormatError? found = FindBadBytes(message)
            ?? (BareLiterals.MayOccur(message)
                ? ReadCopy(message, ref draft, ref contract)
                : ReadJson(message, ref draft, ref contract));

        error = found ?? default;
        snapshot = found is null ? draft.ToSnapshot(contract, receivedAt, frame) : null;
        return snapshot is not null;
    }

    /// <summary>What <see cref="Utf8JsonReader"/> would not find, as it does not look into strings nobody asks for, or not put as well.</summary>
    private static FormatError? FindBadBytes(ReadOnlySpan<byte> message)
    {
        if (!Utf8.IsValid(message))
        {
            return new FormatError("it is not valid UTF-8", JsonText.FindInvalidUtf8(message));
        }

        if (message.StartsWith("\uFEFF"u8))
        {
            return new FormatError("it begins with a byte order mark", 0);
        }

        return message.Trim(" \t\r\n"u8).IsEmpty ? new FormatError("it is empty", message.Length) : null;
    }

    /// <summary>Reads a message with bare <c>NaN</c> or <c>Infinity</c> from a copy in which these are <c>null</c>.</summary>
    private FormatError? ReadCopy(ReadOnlySpan<byte> message, ref SnapshotDraft draft, ref ContractKey contract)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(BareLiterals.MaxCopyLength(message.Length));
        try
        {
            int length = BareLiterals.CopyAsNull(message, copy);
            FormatError? found = ReadJson(copy.AsSpan(0, length), ref draft, ref contract);
            return found is { } error
                ? BareLiterals.InMessage(message, error)
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private FormatError? ReadJson(ReadOnlySpan<byte> json, ref SnapshotDraft draft, ref ContractKey contract)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            return ReadMessage(ref reader, ref draft, ref contract);
        }
        catch (JsonException exception)
        {
            return new FormatError(JsonText.Reason(exception), JsonText.Offset(json, exception));
        }
    }

    private FormatError? ReadMessage(ref Utf8JsonReader reader, ref SnapshotDraft draft, ref ContractKey contract)
    {
        reader.Read();
        long begin = reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new FormatError($"it is {JsonText.Describe(reader.TokenType)}, not an object", begin);
        }

        // Of a repeated member the last wins, so each is judged only when all are seen.
        FormatError? channelError = new FormatError("it has no channel", begin);
        FormatError? dataError = new FormatError("it has no data", begin);
        string? name = null;
        string? id = null;

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            ReadOnlySpan<byte> member = MemberName(ref reader);
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
                ReadValue(ref reader, WireSchema.Timestamp, ref draft);
            }
            else if (member.SequenceEqual(WireSchema.Data.Name))
            {
                reader.Read();
                dataError = CheckData(ref reader);
                ReadSection(ref reader, WireSchema.Data, ref draft);
            }

            // Past a name or a value that was not taken; what was taken is already behind.
            reader.Skip();
        }

        // Nothing but white space may follow: this throws at anything else.
        reader.Read();

        FormatError? contractError = name is null && id is null ? new FormatError("it names no contract", begin) : null;
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

    /// <summary>A name or id; null if there is none that can be read.</summary>
    private string? ReadIdentifier(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return _contracts.Get(reader.ValueSpan);
        }

        return reader.TokenType == JsonTokenType.String && TryGetText(ref reader, out ReadOnlySpan<byte> text) && !text.IsEmpty
            ? _contracts.Get(text)
            : null;
    }
}
