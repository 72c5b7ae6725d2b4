using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using HedgeTech.Ime.Calendar;
using HedgeTech.Ime.Json;

namespace HedgeTech.Ime;

/// <summary>Turns messages of the service into snapshots and back, without a connection.</summary>
/// <remarks>
/// Thread-safe. A timestamp without offset is read at +03:30, Tehran's. <see cref="FeedEvent.ReceivedAt"/> is default in
/// what is read, and <see cref="MarketSnapshot.Frame"/> empty.
/// </remarks>
public static class MarketSnapshotSerializer
{
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // What is written goes into no web page: Persian stays legible and short.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // A cache: the strings of the contracts read, bounded, and buffers. One for each thread, as a reader serves one at a time.
    [ThreadStatic]
    private static SnapshotReader? _reader;

    /// <summary>Reads one message.</summary>
    /// <param name="utf8Json">The whole message, UTF-8.</param>
    /// <returns>The snapshot; fields that the message lacks, or that cannot be read, are named by <see cref="MarketSnapshot.Unavailable"/>.</returns>
    /// <exception cref="ImeFormatException">The message is no snapshot.</exception>
    public static MarketSnapshot Deserialize(ReadOnlySpan<byte> utf8Json) =>
        TryDeserialize(utf8Json, out MarketSnapshot? snapshot, out ImeFormatException? error) ? snapshot : throw error;

    /// <summary>Reads one message, and does not throw whatever it holds.</summary>
    /// <param name="utf8Json">The whole message, UTF-8.</param>
    /// <param name="snapshot">The snapshot; fields that the message lacks, or that cannot be read, are named by <see cref="MarketSnapshot.Unavailable"/>.</param>
    /// <param name="error">Why the message is no snapshot, and at which byte.</param>
    /// <returns>Whether the message is a snapshot.</returns>
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

    /// <summary>Writes a snapshot in the documented form of the wire: read back, it is equal but for <see cref="FeedEvent.ReceivedAt"/> and <see cref="MarketSnapshot.Frame"/>.</summary>
    /// <remarks>
    /// Unavailable fields are written as <c>null</c>; the date and time of the last trade as <c>""</c> while there is none; a timestamp
    /// at +03:30 without offset, any other with it.
    /// </remarks>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="output">Where to; nothing is written if the snapshot is refused.</param>
    /// <exception cref="ArgumentNullException"><paramref name="snapshot"/> or <paramref name="output"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The snapshot could not be read back: its channel is not <c>IME Stream</c>, its contract has no name or id, is of an unknown kind or
    /// not valid Unicode, its date is before the year 622, or <see cref="MarketSnapshot.Unavailable"/> has an unknown bit.
    /// </exception>
    public static void Serialize(MarketSnapshot snapshot, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(output);
        Validate(snapshot);

        SnapshotDraft draft = SnapshotDraft.From(snapshot);
        using Utf8JsonWriter writer = new(output, WriterOptions);
        writer.WriteStartObject();
        writer.WriteString(WireSchema.Channel, WireSchema.SnapshotChannel);
        writer.WriteString(snapshot.Contract.Kind == ContractKeyKind.Name ? WireSchema.ContractName : WireSchema.ContractId, snapshot.Contract.Value);
        WriteMember(writer, WireSchema.Timestamp, draft);
        WriteSection(writer, WireSchema.Data, draft);
        writer.WriteEndObject();
    }

    private static void Validate(MarketSnapshot snapshot)
    {
        if (snapshot.Channel != MarketSnapshot.DocumentedChannel)
        {
            throw new ArgumentException($"The snapshot's channel is '{snapshot.Channel}'; only '{MarketSnapshot.DocumentedChannel}' is read back.", nameof(snapshot));
        }

        if (snapshot.Contract.Kind is not (ContractKeyKind.Name or ContractKeyKind.Id))
        {
            throw new ArgumentException($"The snapshot's contract is of the unknown kind {(int)snapshot.Contract.Kind}.", nameof(snapshot));
        }

        if (string.IsNullOrEmpty(snapshot.Contract.Value))
        {
            throw new ArgumentException("The snapshot names no contract.", nameof(snapshot));
        }

        if (!JsonText.IsValidUnicode(snapshot.Contract.Value))
        {
            throw new ArgumentException("The snapshot's contract is not valid Unicode: half of a surrogate pair stands alone in it.", nameof(snapshot));
        }

        if ((snapshot.Unavailable & ~WireSchema.Fields) != 0)
        {
            throw new ArgumentException($"The snapshot's {nameof(MarketSnapshot.Unavailable)} has bits that name no field: 0x{(uint)snapshot.Unavailable:X8}.", nameof(snapshot));
        }

        if (snapshot.Aggregate.Date < CalendarText.FirstDate && (snapshot.Unavailable & SnapshotFields.Date) == 0)
        {
            throw new ArgumentException("The snapshot's date is before the Jalali calendar's first and would be read back as a Jalali one.", nameof(snapshot));
        }
    }

    private static void WriteSection(Utf8JsonWriter writer, WireSection section, in SnapshotDraft draft)
    {
        writer.WriteStartObject(section.Name);
        foreach (WireSection inner in section.Sections)
        {
            WriteSection(writer, inner, draft);
        }

        foreach (WireMember member in section.Members)
        {
            WriteMember(writer, member, draft);
        }

        writer.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter writer, WireMember member, in SnapshotDraft draft)
    {
        writer.WritePropertyName(member.Name);
        if (!draft.Has(member.Field))
        {
            writer.WriteNullValue();
            return;
        }

        Span<byte> text = stackalloc byte[CalendarText.MaxLength];
        switch (member.Type)
        {
            case WireType.Integer:
                writer.WriteNumberValue(draft.Integer(member.Field));
                break;
            case WireType.Decimal:
                writer.WriteNumberValue(draft.Decimal(member.Field));
                break;
            case WireType.Timestamp:
                writer.WriteStringValue(CalendarText.WriteTimestamp(draft.Timestamp, text));
                break;
            case WireType.Date:
                writer.WriteStringValue(draft.Date is { } date ? CalendarText.WriteDate(date, text) : default);
                break;
            case WireType.Time:
                writer.WriteStringValue(draft.Time is { } time ? CalendarText.WriteTime(time, text) : default);
                break;
            default:
                throw new NotSupportedException($"There is no form on the wire for a {member.Type}.");
        }
    }
}
