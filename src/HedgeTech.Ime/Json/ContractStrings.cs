using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;

namespace HedgeTech.Ime.Json;

/// <summary>Finds the string of a contract name or id by its bytes, so that a message does not allocate one.</summary>
/// <remarks>Not thread-safe. Keeps the given contracts forever, and a limited number of others, whatever a server sends.</remarks>
internal sealed class ContractStrings
{
    /// <summary>Maximum length of a name or id to keep, in bytes. Names of the exchange are shorter than 120 bytes.</summary>
    internal const int MaxKeptBytes = 512;

    /// <summary>Maximum number of other contracts to keep. The next one clears them all. The exchange lists about 600 contracts at a time.</summary>
    internal const int MaxKept = 1024;

    /// <summary>Number of bits of an index into the recent texts.</summary>
    private const int RecentBits = 10;

    // Looked up first: recent texts as they stand in messages, each at an index computed from its bytes. A text that shares an index with another costs a look-up in the tables below.
    private readonly (byte[] Text, string Value)[] _recent = new (byte[], string)[1 << RecentBits];

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

    /// <summary>Number of strings kept.</summary>
    internal int KeptCount => _known.Dictionary.Count + _others.Dictionary.Count + _escaped.Dictionary.Count;

    /// <summary>The string of a text as it stands between its quotes, if the text came recently; null if it did not.</summary>
    internal string? GetRecent(ReadOnlySpan<byte> text)
    {
        ref readonly (byte[] Text, string Value) recent = ref _recent[RecentIndex(text)];
        return recent.Text is not null && text.SequenceEqual(recent.Text) ? recent.Value : null;
    }

    /// <summary>The string of a text as it stands between its quotes. The text must be valid UTF-8.</summary>
    /// <returns>Null if an escaped text has malformed escapes or unpaired surrogates, is empty, or is too long to keep.</returns>
    internal string? Get(ReadOnlySpan<byte> text, bool isEscaped)
    {
        if (isEscaped ? _escaped.TryGetValue(text, out byte[]? kept, out string? value) : TryFind(text, out kept, out value))
        {
            _recent[RecentIndex(text)] = (kept, value);
            return value;
        }

        return isEscaped ? AddEscaped(text) : Add(text);
    }

    /// <summary>The string of an unescaped text. The text must be valid UTF-8.</summary>
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

    /// <summary>Unescapes a text that is not kept yet, and keeps it.</summary>
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

    /// <summary>Uses the first and last bytes and the length: names that differ usually differ in one of these.</summary>
    private static int RecentIndex(ReadOnlySpan<byte> text)
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

        // Multiplying by the golden ratio spreads differences over the highest bits.
        return (int)(unchecked(bytes * 0x9E3779B97F4A7C15) >> (64 - RecentBits));
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

        // The platform seeds the hash for each process, so a server cannot choose names that collide.
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            HashCode hash = default;
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
