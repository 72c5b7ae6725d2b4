using System.Buffers.Binary;

namespace HedgeTech.Ime.Relay.Protocol;

/// <summary>One entry of the log, or a heartbeat, as a reader gets it. The layout is documented in docs/reference/relay-format.md.</summary>
internal sealed class LogEntry
{
    public const byte Version = 1;
    public const int MaximumItems = 64;

    private const int PrefixLength = 2 + Term.Length;
    private const int CountsLength = 8 + 8 + 8 + 2;
    private const int ItemLength = 1 + 2 + 8 + 4;
    private const int PushPrefixLength = 8 + 8 + 4;

    private LogEntry(EntryKind kind, LogPosition position) => (Kind, Position) = (kind, position);

    public EntryKind Kind { get; }

    public LogPosition Position { get; }

    /// <summary>Of a barrier: term and number of the entry before it; none if the log begins with the barrier.</summary>
    public LogPosition Previous { get; private init; }

    /// <summary>Of a heartbeat: whether the log has everything that the leader has received.</summary>
    public bool IsComplete { get; private init; }

    /// <summary>Of items: what came before them.</summary>
    public FeedPosition Before { get; private init; }

    public IReadOnlyList<LogItem> Items { get; private init; } = [];

    /// <summary>The bytes that the entry holds in memory.</summary>
    public int Size { get; private init; }

    /// <summary>Whether this is the entry that follows a place in the log.</summary>
    public bool Continues(LogPosition position) => Position.Number == position.Number + 1
        && (Kind == EntryKind.Barrier ? Previous.Term == position.Term && Previous.Number == position.Number : Position.Term == position.Term);

    /// <summary>Whether the log has been read past this entry.</summary>
    public bool IsBehind(LogPosition position) => Position.Term == position.Term && Position.Number <= position.Number;

    /// <summary>Writes the header of an entry with items.</summary>
    public static byte[] WriteHeader(Term term, FeedPosition before, ReadOnlySpan<LogItem> items)
    {
        int length = PrefixLength + CountsLength;
        foreach (LogItem item in items)
        {
            length += ItemLength + (item.IsEvent ? item.Bytes.Length : 0);
        }

        byte[] header = new byte[length];
        Span<byte> rest = WritePrefix(header, EntryKind.Items, term);
        BinaryPrimitives.WriteUInt64LittleEndian(rest, before.Session);
        BinaryPrimitives.WriteInt64LittleEndian(rest[8..], before.Messages);
        BinaryPrimitives.WriteInt64LittleEndian(rest[16..], before.Events);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[24..], (ushort)items.Length);
        rest = rest[CountsLength..];
        Span<byte> events = rest[(ItemLength * items.Length)..];
        foreach (LogItem item in items)
        {
            rest[0] = item.IsEvent ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteUInt16LittleEndian(rest[1..], item.Contract);
            BinaryPrimitives.WriteInt64LittleEndian(rest[3..], item.ReceivedAt);
            BinaryPrimitives.WriteInt32LittleEndian(rest[11..], item.Bytes.Length);
            rest = rest[ItemLength..];
            if (item.IsEvent)
            {
                item.Bytes.Span.CopyTo(events);
                events = events[item.Bytes.Length..];
            }
        }

        return header;
    }

    /// <summary>Joins the messages by line feeds.</summary>
    public static byte[] WriteData(ReadOnlySpan<LogItem> items)
    {
        int length = -1;
        foreach (LogItem item in items)
        {
            length += item.IsEvent ? 0 : item.Bytes.Length + 1;
        }

        byte[] data = new byte[Math.Max(length, 0)];
        int offset = 0;
        foreach (LogItem item in items)
        {
            if (!item.IsEvent)
            {
                if (offset > 0)
                {
                    data[offset - 1] = (byte)'\n';
                }

                item.Bytes.Span.CopyTo(data.AsSpan(offset));
                offset += item.Bytes.Length + 1;
            }
        }

        return data;
    }

    /// <summary>Reads an entry; null if it is not of this format.</summary>
    public static LogEntry? Read(long number, long milliseconds, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> data)
    {
        ReadOnlySpan<byte> span = header.Span;
        if (span.Length < PrefixLength || span[0] != Version)
        {
            return null;
        }

        LogPosition position = new(Term.Parse(span.Slice(2, Term.Length)), number, milliseconds);
        ReadOnlyMemory<byte> rest = header[PrefixLength..];
        return (EntryKind)span[1] switch
        {
            EntryKind.Heartbeat when rest.Length >= 1 => new LogEntry(EntryKind.Heartbeat, position) { IsComplete = rest.Span[0] == 1 },
            EntryKind.Barrier when rest.Length >= Term.Length + 8 => new LogEntry(EntryKind.Barrier, position)
            {
                Previous = new LogPosition(Term.Parse(rest.Span[..Term.Length]), BinaryPrimitives.ReadInt64LittleEndian(rest.Span[Term.Length..]), 0),
                Size = header.Length,
            },
            EntryKind.Items when rest.Length >= CountsLength => ReadItems(position, rest, data),
            _ => null,
        };
    }

    /// <summary>Reads what comes on the push channel; null if it is not of this format.</summary>
    public static LogEntry? ReadPush(ReadOnlyMemory<byte> push)
    {
        if (push.Length < PushPrefixLength)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(push.Span[16..]);
        ReadOnlyMemory<byte> rest = push[PushPrefixLength..];
        return length >= 0 && length <= rest.Length
            ? Read(BinaryPrimitives.ReadInt64LittleEndian(push.Span), BinaryPrimitives.ReadInt64LittleEndian(push.Span[8..]), rest[..length], rest[length..])
            : null;
    }

    private static Span<byte> WritePrefix(Span<byte> header, EntryKind kind, Term term)
    {
        header[0] = Version;
        header[1] = (byte)kind;
        term.Write(header.Slice(2, Term.Length));
        return header[PrefixLength..];
    }

    private static LogEntry? ReadItems(LogPosition position, ReadOnlyMemory<byte> rest, ReadOnlyMemory<byte> data)
    {
        ReadOnlySpan<byte> span = rest.Span;
        LogItem[] items = new LogItem[BinaryPrimitives.ReadUInt16LittleEndian(span[24..])];
        if (rest.Length < CountsLength + (items.Length * ItemLength))
        {
            return null;
        }

        ReadOnlyMemory<byte> events = rest[(CountsLength + (items.Length * ItemLength))..];
        for (int i = 0; i < items.Length; i++)
        {
            ReadOnlySpan<byte> item = span.Slice(CountsLength + (i * ItemLength), ItemLength);
            int length = BinaryPrimitives.ReadInt32LittleEndian(item[11..]);
            ref ReadOnlyMemory<byte> source = ref item[0] == 1 ? ref events : ref data;
            if (length < 0 || length > source.Length)
            {
                return null;
            }

            items[i] = new LogItem(item[0] == 1, BinaryPrimitives.ReadUInt16LittleEndian(item[1..]), BinaryPrimitives.ReadInt64LittleEndian(item[3..]), source[..length]);
            source = source[Math.Min(length + (item[0] == 1 ? 0 : 1), source.Length)..];
        }

        return new LogEntry(EntryKind.Items, position)
        {
            Before = new FeedPosition(BinaryPrimitives.ReadUInt64LittleEndian(span), BinaryPrimitives.ReadInt64LittleEndian(span[8..]), BinaryPrimitives.ReadInt64LittleEndian(span[16..])),
            Items = items,
            Size = rest.Length + data.Length,
        };
    }
}
