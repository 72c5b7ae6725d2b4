using System.Buffers.Binary;

namespace HedgeTech.Ime.Recording.Sealing;

/// <summary>The outer form of zstd data (RFC 8878): as much of it as is needed to walk from frame to frame without decompressing.</summary>
internal static class ZstdFrame
{
    public const uint Magic = 0xFD2FB528;

    /// <summary>The first of 16 magic numbers of frames that decompressors skip.</summary>
    public const uint SkippableMagic = 0x184D2A50;

    /// <summary>The number of bytes before the content of a skippable frame.</summary>
    public const int SkippableHeader = 8;

    /// <summary>The longest header of a frame, or of a block.</summary>
    public const int LongestHeader = 18;

    private const int BlockHeader = 3;
    private const int RunLengthBlock = 1;
    private const int ReservedBlock = 3;
    private const int Checksum = 4;

    /// <summary>The length of the header, and the size of the content as it says. False if the bytes are not the header of a frame that this library writes.</summary>
    /// <param name="bytes">At least <see cref="LongestHeader"/>, unless the file ends before.</param>
    /// <param name="length">The length of the header.</param>
    /// <param name="content">The size of the content.</param>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out int length, out long content)
    {
        (length, content) = (0, 0);
        if (bytes.Length < 6 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            return false;
        }

        byte descriptor = bytes[4];
        bool isSingleSegment = (descriptor & 0x20) != 0;
        bool hasChecksum = (descriptor & 0x04) != 0;
        int sizeOfSize = (descriptor >> 6) switch { 0 => isSingleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        int at = isSingleSegment ? 5 : 6;
        length = at + sizeOfSize;
        if ((descriptor & 0x03) != 0 || !hasChecksum || sizeOfSize == 0 || bytes.Length < length) // no dictionary; always checked; always of known size
        {
            return false;
        }

        content = sizeOfSize switch
        {
            1 => bytes[at],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]) + 256,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]),
            _ => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]), long.MaxValue),
        };
        return true;
    }

    /// <summary>The length of a block with its header, from its first three bytes; 0 if there is no such block.</summary>
    public static int LengthOfBlock(ReadOnlySpan<byte> bytes, out bool isLast)
    {
        isLast = false;
        if (bytes.Length < BlockHeader)
        {
            return 0;
        }

        int header = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
        isLast = (header & 1) != 0;
        int type = (header >> 1) & 3;
        int size = type == RunLengthBlock ? 1 : header >> 3;
        return type == ReservedBlock ? 0 : BlockHeader + size + (isLast ? Checksum : 0);
    }
}
