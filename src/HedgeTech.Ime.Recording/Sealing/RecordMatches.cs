using System.Buffers.Binary;
using System.Numerics;
using HedgeTech.Ime.Recording.Format;
using ZstdSharp.Unsafe;

namespace HedgeTech.Ime.Recording.Sealing;

/// <summary>
/// Finds what zstd can store as a reference: what a record has in common with the last one of the same contract. The two are compared from field to field, so a field
/// is found again where it stood, which a search for equal bytes anywhere does less often and at a higher cost.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class RecordMatches
{
    /// <summary>The shortest match that zstd can store.</summary>
    public const int Shortest = 3;

    /// <summary>If more than one byte in this many has no match, the records are not alike in the way that this search assumes, and a search by zstd finds more.</summary>
    private const int MatchedPart = 8;

    private readonly int[] _last = new int[RecordHeader.NoContract + 1]; // for each contract, where its last record begins, plus 1
    private ZSTD_Sequence[] _found = new ZSTD_Sequence[32 * 1024];
    private int _count;
    private int _unmatched; // where the bytes begin that have no match yet

    /// <summary>The matches, in order. Bytes behind the last one have none.</summary>
    public ReadOnlySpan<ZSTD_Sequence> Found => _found.AsSpan(0, _count);

    /// <summary>Finds the matches in a block. False if they cover too little of it, as in a damaged one.</summary>
    /// <param name="block">Whole records.</param>
    public bool TryFind(ReadOnlySpan<byte> block)
    {
        Array.Clear(_last);
        (_count, _unmatched) = (0, 0);
        int matched = 0;
        int lastFrame = 0;
        for (int at = 0; at < block.Length;)
        {
            if (!TryReadSize(block[at..], out int size, out ushort contract, out bool isFrame))
            {
                return false;
            }

            int like = _last[contract] > 0 ? _last[contract] : lastFrame;
            if (like > 0)
            {
                TryReadSize(block[(like - 1)..], out int likeSize, out _, out _);
                matched += Compare(block, at, at + size, like - 1, like - 1 + likeSize);
            }

            _last[contract] = at + 1;
            lastFrame = isFrame ? at + 1 : lastFrame;
            at += size;
        }

        return block.Length - matched < block.Length / MatchedPart;
    }

    private static bool TryReadSize(ReadOnlySpan<byte> record, out int size, out ushort contract, out bool isFrame)
    {
        RecordHeader header = record.Length < RecordHeader.Size ? default : RecordHeader.Read(record);
        (size, contract, isFrame) = (RecordHeader.Size + header.Length, header.Contract, header.Kind == RecordKind.Frame);
        return header.Length >= 0 && header.Length <= record.Length - RecordHeader.Size;
    }

    /// <summary>Finds what one record has in common with an earlier one, and returns how many bytes.</summary>
    private int Compare(ReadOnlySpan<byte> block, int at, int end, int like, int likeEnd)
    {
        int valueEnd = at + RecordHeader.Size; // the header is one value
        int likeValueEnd = like + RecordHeader.Size;
        int matched = 0;
        while (true)
        {
            int common = Common(block[at..end], block[like..likeEnd]);
            if (common >= Shortest)
            {
                Add(new ZSTD_Sequence { offset = (uint)(at - like), litLength = (uint)(at - _unmatched), matchLength = (uint)common });
                _unmatched = at + common;
                matched += common;
            }

            at += common;
            like += common;
            if (at >= end || like >= likeEnd)
            {
                return matched;
            }

            // The values differ here. If they end at the same distance, what follows stands there too; otherwise, it is what they end with and what stands behind them.
            if (at >= valueEnd || like >= likeValueEnd)
            {
                valueEnd = at + LengthOfValue(block[at..end]);
                likeValueEnd = like + LengthOfValue(block[like..likeEnd]);
            }

            if (valueEnd - at == likeValueEnd - like)
            {
                at++;
                like++;
                continue;
            }

            int lastDigits = CommonEnd(block[at..valueEnd], block[like..likeValueEnd]);
            at = valueEnd - lastDigits;
            like = likeValueEnd - lastDigits;
        }
    }

    /// <summary>How many bytes there are before the next one that ends a value in JSON.</summary>
    private static int LengthOfValue(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length && bytes[at] is not ((byte)'"' or (byte)',' or (byte)'}'))
        {
            at++;
        }

        return at;
    }

    /// <summary>How many bytes are the same at the end of two values that begin with different bytes.</summary>
    private static int CommonEnd(ReadOnlySpan<byte> value, ReadOnlySpan<byte> other)
    {
        int most = Math.Min(value.Length, other.Length);
        int length = 0;
        while (length < most && value[^(length + 1)] == other[^(length + 1)])
        {
            length++;
        }

        return length;
    }

    private static int Common(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> others)
    {
        int length = Math.Min(bytes.Length, others.Length);
        int at = 0;
        if (length == 0 || bytes[0] != others[0])
        {
            return 0;
        }

        while (length - at >= sizeof(ulong))
        {
            ulong difference = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) ^ BinaryPrimitives.ReadUInt64LittleEndian(others[at..]);
            if (difference != 0)
            {
                return at + (BitOperations.TrailingZeroCount(difference) / 8);
            }

            at += sizeof(ulong);
        }

        while (at < length && bytes[at] == others[at])
        {
            at++;
        }

        return at;
    }

    private void Add(ZSTD_Sequence match)
    {
        if (_count == _found.Length)
        {
            Array.Resize(ref _found, _count * 2);
        }

        _found[_count++] = match;
    }
}
