using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;

namespace HedgeTech.Ime.Json;

/// <summary>The string of each contract name or id, found by its bytes, so that a message allocates none.</summary>
/// <remarks>Not thread-safe. The contracts known beforehand stay; of the others a bounded number is kept, whatever a server sends.</remarks>
internal sealed class ContractStrings
{
    /// <summary>The longest name or id that is kept, in bytes. Names of the exchange take less than 120.</summary>
    internal const int MaxKeptBytes = 512;

    /// <summary>How many others are kept before they are all let go; some 600 contracts are listed at a time.</summary>
    internal const int MaxKept = 1024;

    /// <summary>The places for recent ones, in bits.</summary>
    private const int PlaceBits = 8;

    // Asked first: texts of the tables below, or that were in one, as they stand in messages, each at a place that its bytes choose. Two that share a place cost a look into the tables.
    private readonly (byte[] Text, string Value)[] _recent = new (byte[], string)[1 << PlaceBits];

    private readonly Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> _known;
    private readonly Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> _others;
    private readonly Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> _escaped;

    internal ContractStrings(IEnumerable<ContractKey> contracts)
    {
        _known = NewTable();
        _others = NewTable();
        _escaped = NewTable();
        foreach (ContractKey contract in contracts)
        {
            _known[Encoding.UTF8.GetBytes(contract.Value)] = contract.Value;
        }
    }

    /// <summary>How many strings are held.</summary>
    internal int KeptCount => _known.Dictionary.Count + _others.Dictionary.Count + _escaped.Dictionary.Count;

    /// <summary>The string of a text as it stands between its quotes, which must be valid UTF-8; null if its escapes are malformed, no Unicode, or it is too long to keep.</summary>
    internal string? Get(ReadOnlySpan<byte> text, bool isEscaped)
    {
        ref (byte[] Text, string Value) recent = ref _recent[PlaceOf(text)];
        if (recent.Text is not null && text.SequenceEqual(recent.Text))
        {
            return recent.Value;
        }

        if (isEscaped ? _escaped.TryGetValue(text, out byte[]? kept, out string? value) : TryFind(text, out kept, out value))
        {
            recent = (kept, value);
            return value;
        }

        return isEscaped ? AddEscaped(text) : Add(text);
    }

    /// <summary>The string of this text, which must be valid UTF-8.</summary>
    internal string Get(ReadOnlySpan<byte> utf8) => TryFind(utf8, out _, out string? text) ? text : Add(utf8);

    private bool TryFind(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out byte[]? kept, [NotNullWhen(true)] out string? text) =>
        _known.TryGetValue(utf8, out kept, out text) || _others.TryGetValue(utf8, out kept, out text);

    private string Add(ReadOnlySpan<byte> utf8)
    {
        string text = Encoding.UTF8.GetString(utf8);
        if (utf8.Length <= MaxKeptBytes)
        {
            Keep(_others, utf8, text);
        }

        return text;
    }

    /// <summary>The string of a text as JSON escapes it, which is not kept yet; null if it is malformed, no Unicode, empty, or too long to keep.</summary>
    private string? AddEscaped(ReadOnlySpan<byte> escaped)
    {
        if (escaped.Length > MaxKeptBytes * JsonText.LongestEscape || !JsonText.AreEscapesWellFormed(escaped))
        {
            return null;
        }

        Span<byte> unescaped = stackalloc byte[escaped.Length];
        if (!JsonText.TryUnescape(escaped, unescaped, out int length) || length is 0 or > MaxKeptBytes)
        {
            return null;
        }

        string text = Get(unescaped[..length]);
        Keep(_escaped, escaped, text);
        return text;
    }

    /// <summary>Names differ in their last bytes, or else in their first or in their length.</summary>
    private static int PlaceOf(ReadOnlySpan<byte> text)
    {
        ulong bytes = (ulong)text.Length;
        if (text.Length >= sizeof(ulong))
        {
            bytes += BinaryPrimitives.ReadUInt64LittleEndian(text) + BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(text[^sizeof(ulong)..]), 29);
        }
        else
        {
            foreach (byte one in text)
            {
                bytes = (bytes << 8) | one;
            }
        }

        // The golden ratio spreads what differs over the highest bits.
        return (int)(unchecked(bytes * 0x9E3779B97F4A7C15) >> (64 - PlaceBits));
    }

    private static void Keep(Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> table, ReadOnlySpan<byte> utf8, string text)
    {
        if (table.Dictionary.Count == MaxKept)
        {
            table.Dictionary.Clear();
        }

        table[utf8] = text;
    }

    private static Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> NewTable() =>
        new Dictionary<byte[], string>(ByteComparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    private sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        internal static readonly ByteComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        // Seeded per process by the framework: no server can choose names that collide.
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            HashCode hash = default;
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
