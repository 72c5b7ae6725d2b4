using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using HedgeTech.Ime.Calendar;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime;

/// <summary>Converts messages of the service to snapshots and back, without a connection.</summary>
/// <remarks>
/// Thread-safe. A timestamp without an offset is read as Tehran time, +03:30. In snapshots read here, <see cref="FeedEvent.ReceivedAt"/> has its default
/// value and <see cref="MarketSnapshot.Frame"/> is empty.
/// </remarks>
public static class MarketSnapshotSerializer
{
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // The output is not meant for web pages, so Persian text can stay readable and short.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // One reader for each thread, as a reader is not thread-safe. It keeps buffers and a limited number of contract strings.
    [ThreadStatic]
    private static SnapshotReader? _reader;

    // The same for kept messages, at the offset that was asked for last.
    [ThreadStatic]
    private static SnapshotReader? _keptReader;

    [ThreadStatic]
    private static TimeSpan _keptOffset;

    /// <summary>Reads one message.</summary>
    /// <param name="utf8Json">The whole message, UTF-8.</param>
    /// <returns>The snapshot. <see cref="MarketSnapshot.Unavailable"/> names the fields that are missing from the message or cannot be read.</returns>
    /// <exception cref="ImeFormatException">The message is not a market snapshot.</exception>
    public static MarketSnapshot Deserialize(ReadOnlySpan<byte> utf8Json) =>
        TryDeserialize(utf8Json, out MarketSnapshot? snapshot, out ImeFormatException? error) ? snapshot : throw error;

    /// <summary>Reads one message. Never throws, whatever the message contains.</summary>
    /// <param name="utf8Json">The whole message, UTF-8.</param>
    /// <param name="snapshot">The snapshot. <see cref="MarketSnapshot.Unavailable"/> names the fields that are missing from the message or cannot be read.</param>
    /// <param name="error">Why the message is not a market snapshot, and at which byte.</param>
    /// <returns>Whether the message is a market snapshot.</returns>
    public static bool TryDeserialize(
        ReadOnlySpan<byte> utf8Json,
        [NotNullWhen(true)] out MarketSnapshot? snapshot,
        [NotNullWhen(false)] out ImeFormatException? error)
    {
        _reader ??= new SnapshotReader(Tehran.Offset, []);
        bool isRead = _reader.TryRead(utf8Json, receivedAt: default, frame: default, out snapshot, out FormatError formatError);
        error = isRead ? null : formatError.ToException();
        return isRead;
    }

    /// <summary>Reads one message as a feed would have read it, for messages that were kept. Never throws because of what the message contains.</summary>
    /// <param name="utf8Json">The whole message, UTF-8.</param>
    /// <param name="receivedAt">When the message was received; becomes <see cref="FeedEvent.ReceivedAt"/>.</param>
    /// <param name="timestampOffset">The offset of a timestamp that carries none, in whole minutes, from -14 to +14 hours.</param>
    /// <param name="frame">Becomes <see cref="MarketSnapshot.Frame"/>: the message again, or empty.</param>
    /// <param name="snapshot">The snapshot. <see cref="MarketSnapshot.Unavailable"/> names the fields that are missing from the message or cannot be read.</param>
    /// <param name="error">Why the message is not a market snapshot, and at which byte.</param>
    /// <returns>Whether the message is a market snapshot.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timestampOffset"/> is out of range or not in whole minutes.</exception>
    public static bool TryDeserialize(
        ReadOnlySpan<byte> utf8Json,
        DateTimeOffset receivedAt,
        TimeSpan timestampOffset,
        ReadOnlyMemory<byte> frame,
        [NotNullWhen(true)] out MarketSnapshot? snapshot,
        [NotNullWhen(false)] out ImeFormatException? error)
    {
        if (_keptReader is null || _keptOffset != timestampOffset)
        {
            if (timestampOffset.Duration() > TimeSpan.FromHours(14) || timestampOffset.Ticks % TimeSpan.TicksPerMinute != 0)
            {
                throw new ArgumentOutOfRangeException(nameof(timestampOffset), timestampOffset, "An offset is given in whole minutes, from -14 to +14 hours.");
            }

            _keptReader = new SnapshotReader(timestampOffset, []);
            _keptOffset = timestampOffset;
        }

        bool isRead = _keptReader.TryRead(utf8Json, receivedAt, frame, out snapshot, out FormatError formatError);
        error = isRead ? null : formatError.ToException();
        return isRead;
    }

    /// <summary>Writes a snapshot as a message in the documented form. Reading it back gives an equal snapshot, except for <see cref="FeedEvent.ReceivedAt"/> and <see cref="MarketSnapshot.Frame"/>.</summary>
    /// <remarks>
    /// An unavailable field is written as <c>null</c>, and the date and time of the last trade as <c>""</c> before the first trade. A timestamp at +03:30 is
    /// written without its offset, any other with it.
    /// </remarks>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="output">Receives the message, UTF-8. Nothing is written if the call throws.</param>
    /// <exception cref="ArgumentNullException"><paramref name="snapshot"/> or <paramref name="output"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The message could not be read back: the channel is not <c>IME Stream</c>, the contract has no name or id, has an unknown kind or is
    /// not valid Unicode, the date is before the year 622, or <see cref="MarketSnapshot.Unavailable"/> has an unknown bit.
    /// </exception>
    public static void Serialize(MarketSnapshot snapshot, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(output);
        Validate(snapshot);

        SnapshotBuilder fields = SnapshotBuilder.From(snapshot);
        using Utf8JsonWriter writer = new(output, WriterOptions);
        writer.WriteStartObject();
        writer.WriteString(WireSchema.Channel, WireSchema.SnapshotChannel);
        writer.WriteString(snapshot.Contract.Kind == ContractKeyKind.Name ? WireSchema.ContractName : WireSchema.ContractId, snapshot.Contract.Value);
        WriteMember(writer, WireSchema.Timestamp, fields);
        WriteSection(writer, WireSchema.Data, fields);
        writer.WriteEndObject();
    }

    private static void Validate(MarketSnapshot snapshot)
    {
        if (snapshot.Channel != MarketSnapshot.DocumentedChannel)
        {
            throw new ArgumentException($"The snapshot's channel is '{snapshot.Channel}'; only '{MarketSnapshot.DocumentedChannel}' can be read back.", nameof(snapshot));
        }

        if (snapshot.Contract.Kind is not (ContractKeyKind.Name or ContractKeyKind.Id))
        {
            throw new ArgumentException($"The snapshot's contract has the unknown kind {(int)snapshot.Contract.Kind}.", nameof(snapshot));
        }

        if (string.IsNullOrEmpty(snapshot.Contract.Value))
        {
            throw new ArgumentException("The snapshot's contract has no name or id.", nameof(snapshot));
        }

        if (!JsonText.IsValidUnicode(snapshot.Contract.Value))
        {
            throw new ArgumentException("The snapshot's contract is not valid Unicode: it contains an unpaired surrogate.", nameof(snapshot));
        }

        if ((snapshot.Unavailable & ~WireSchema.Fields) != 0)
        {
            throw new ArgumentException($"The snapshot's {nameof(MarketSnapshot.Unavailable)} has bits that are not fields: 0x{(uint)snapshot.Unavailable:X8}.", nameof(snapshot));
        }

        if (snapshot.Aggregate.Date < CalendarText.FirstDate && (snapshot.Unavailable & SnapshotFields.Date) == 0)
        {
            throw new ArgumentException("The snapshot's date is before the first date of the Jalali calendar, and would be read back as a Jalali date.", nameof(snapshot));
        }
    }

    private static void WriteSection(Utf8JsonWriter writer, WireSection section, in SnapshotBuilder fields)
    {
        writer.WriteStartObject(section.Name);
        foreach (WireSection inner in section.Sections)
        {
            WriteSection(writer, inner, fields);
        }

        foreach (WireMember member in section.Members)
        {
            WriteMember(writer, member, fields);
        }

        writer.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter writer, WireMember member, in SnapshotBuilder fields)
    {
        writer.WritePropertyName(member.Name);
        if (!fields.Has(member.Field))
        {
            writer.WriteNullValue();
            return;
        }

        Span<byte> text = stackalloc byte[CalendarText.MaxLength];
        switch (member.Type)
        {
            case WireType.Integer:
                writer.WriteNumberValue(fields.Integer(member.Field));
                break;
            case WireType.Decimal:
                writer.WriteNumberValue(fields.Decimal(member.Field));
                break;
            case WireType.Timestamp:
                writer.WriteStringValue(CalendarText.WriteTimestamp(fields.Timestamp, text));
                break;
            case WireType.Date:
                writer.WriteStringValue(fields.Date is { } date ? CalendarText.WriteDate(date, text) : default);
                break;
            case WireType.Time:
                writer.WriteStringValue(fields.Time is { } time ? CalendarText.WriteTime(time, text) : default);
                break;
            default:
                throw new NotSupportedException($"A value of type {member.Type} cannot be written.");
        }
    }
}
