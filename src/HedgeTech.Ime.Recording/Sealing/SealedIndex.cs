using System.Buffers.Binary;
using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;
using Microsoft.Win32.SafeHandles;

namespace HedgeTech.Ime.Recording.Sealing;

/// <summary>
/// What stands behind the blocks of a compressed segment, in two frames that decompressors skip: an index of our own, with a summary of the segment, and the seek
/// table that other programs know.
/// </summary>
/// <param name="Blocks">The blocks in order.</param>
/// <param name="Summary">What there is to know of the segment.</param>
internal sealed record SealedIndex(IReadOnlyList<SealedBlock> Blocks, SegmentSummary Summary)
{
    public const uint IndexMagic = ZstdFrame.SkippableMagic + 1;
    public const uint SeekTableMagic = ZstdFrame.SkippableMagic + 0xE;
    public const uint SeekTableEnd = 0x8F92EAB1;

    private const int SeekTableEntry = 8;
    private const int SeekTableFooter = 9;
    private const int Footer = 8; // of the index: checksum, and length of the whole frame

    private static ReadOnlySpan<byte> Magic => "IMEINDEX"u8;

    /// <summary>Both frames, as they stand at the end of the file.</summary>
    public byte[] Write(ulong segmentId)
    {
        PayloadWriter content = new();
        content.Add(Magic).Add((uint)Blocks.Count);
        foreach (SealedBlock block in Blocks)
        {
            content.Add((uint)block.PackedLength).Add((uint)block.Length).Add(block.MaxBefore);
        }

        content.Add(Summary.BeganAt).Add((byte)(Summary.Continues ? 1 : 0)).Add((byte)(Summary.IsEnded ? 1 : 0)).Add((byte)(Summary.Begin is null ? 0 : 1));
        Summary.Begin?.Write(content);
        Summary.Last.Write(content);

        PayloadWriter frames = new();
        uint checksum = ~RecordHeader.Crc(RecordHeader.SeedOf(segmentId), content.Written);
        frames.Add(IndexMagic).Add((uint)(content.Written.Length + Footer)).Add(content.Written).Add(checksum).Add((uint)(ZstdFrame.SkippableHeader + content.Written.Length + Footer));
        frames.Add(SeekTableMagic).Add((uint)((Blocks.Count * SeekTableEntry) + SeekTableFooter));
        foreach (SealedBlock block in Blocks)
        {
            frames.Add((uint)block.PackedLength).Add((uint)block.Length);
        }

        return frames.Add((uint)Blocks.Count).Add((byte)0).Add(SeekTableEnd).Written.ToArray();
    }

    /// <summary>Reads both frames; null if one of them is damaged, or is not that of this file.</summary>
    public static SealedIndex? Read(SafeFileHandle file, ulong segmentId)
    {
        long length = RandomAccess.GetLength(file);
        if (ReadBefore(file, length, SeekTableFooter) is not { } footer || BinaryPrimitives.ReadUInt32LittleEndian(footer.AsSpan(5)) != SeekTableEnd)
        {
            return null;
        }

        long tableLength = (BinaryPrimitives.ReadUInt32LittleEndian(footer) * (long)SeekTableEntry) + SeekTableFooter + ZstdFrame.SkippableHeader;
        if (ReadBefore(file, length, tableLength) is not { } table
            || ReadBefore(file, length - tableLength, sizeof(uint)) is not { } size
            || ReadBefore(file, length - tableLength, BinaryPrimitives.ReadUInt32LittleEndian(size)) is not { } frame
            || frame.Length < ZstdFrame.SkippableHeader + Magic.Length + Footer)
        {
            return null;
        }

        ReadOnlySpan<byte> content = frame.AsSpan(ZstdFrame.SkippableHeader..^Footer);
        bool isIntact = BinaryPrimitives.ReadUInt32LittleEndian(frame) == IndexMagic
            && BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(^Footer)) == ~RecordHeader.Crc(RecordHeader.SeedOf(segmentId), content);
        SealedIndex? index = isIntact ? Read(content) : null;
        return index is not null && index.Blocks.Sum(static block => (long)block.PackedLength) == length - tableLength - frame.Length && index.Write(segmentId).AsSpan(frame.Length).SequenceEqual(table) ? index : null;
    }

    private static SealedIndex? Read(ReadOnlySpan<byte> bytes)
    {
        PayloadReader content = new(bytes);
        if (!content.Bytes(Magic.Length).SequenceEqual(Magic))
        {
            return null;
        }

        uint count = content.UInt32();
        List<SealedBlock> blocks = [];
        long place = 0;
        for (uint index = 0; index < count && !content.IsExhausted; index++)
        {
            SealedBlock block = new(place, (int)content.UInt32(), (int)content.UInt32(), content.Int64());
            blocks.Add(block);
            place += block.PackedLength;
        }

        (long beganAt, bool continues, bool isEnded, bool hasBegin) = (content.Int64(), content.Byte() != 0, content.Byte() != 0, content.Byte() != 0);
        SegmentBegin? begin = hasBegin ? SegmentBegin.Read(ref content) : null;
        SegmentMark? last = SegmentMark.Read(ref content);
        return last is null || content.IsExhausted ? null : new SealedIndex(blocks, new SegmentSummary(begin, beganAt, continues, last, isEnded));
    }

    private static byte[]? ReadBefore(SafeFileHandle file, long end, long count)
    {
        if (count > end || count > RecordHeader.MaxLength || count < 0)
        {
            return null;
        }

        byte[] bytes = new byte[count];
        int read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), end - count + read) is var more and > 0)
        {
            read += more;
        }

        return read == bytes.Length ? bytes : null;
    }
}
