using System.Buffers.Binary;

namespace HedgeTech.Ime.Json;

/// <summary>The name of a member, made to be found at a place of a message in a few instructions.</summary>
internal readonly struct WireName
{
    private const int Word = sizeof(ulong);

    private readonly byte[] _quoted;
    private readonly ulong _begin;
    private readonly ulong _mask;
    private readonly ulong _end;
    private readonly int _endsAt;

    internal WireName(ReadOnlySpan<byte> name)
    {
        _quoted = [(byte)'"', .. name, (byte)'"', (byte)':'];
        Span<byte> word = stackalloc byte[Word];
        int length = Math.Min(Word, _quoted.Length);
        _quoted.AsSpan(0, length).CopyTo(word);
        _begin = BinaryPrimitives.ReadUInt64LittleEndian(word);
        _mask = length == Word ? ulong.MaxValue : (1UL << (8 * length)) - 1;

        // Its last eight bytes; of a short one the same again.
        _endsAt = Math.Max(0, _quoted.Length - Word);
        _end = length == Word ? BinaryPrimitives.ReadUInt64LittleEndian(_quoted.AsSpan(_endsAt)) : _begin;
    }

    /// <summary>As it is, UTF-8, unescaped.</summary>
    internal ReadOnlySpan<byte> Text => _quoted.AsSpan(1, _quoted.Length - 3);

    /// <summary>The bytes that its quotes, itself and the colon take.</summary>
    internal int Length => _quoted.Length;

    /// <summary>Whether it stands there in its quotes, with the colon right behind.</summary>
    internal bool IsAt(ReadOnlySpan<byte> json, int at)
    {
        if (json.Length - at < _endsAt + Word)
        {
            return json[Math.Min(at, json.Length)..].StartsWith(_quoted);
        }

        // Two words tell names of up to sixteen bytes; only a longer one has a middle to compare.
        return (BinaryPrimitives.ReadUInt64LittleEndian(json[at..]) & _mask) == _begin
            && (BinaryPrimitives.ReadUInt64LittleEndian(json[(at + _endsAt)..]) & _mask) == _end
            && (_quoted.Length <= 2 * Word || json[(at + Word)..].StartsWith(_quoted.AsSpan(Word, _endsAt - Word)));
    }
}
