using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Recording.Format;

/// <summary>The 24 bytes before the payload of each record, little-endian: length of the payload, checksum, kind, flags, contract, number, time.</summary>
/// <param name="Length">The length of the payload in bytes.</param>
/// <param name="Checksum">The checksum that the record carries.</param>
/// <param name="Kind">What the payload is.</param>
/// <param name="Flags">What else there is to know of it.</param>
/// <param name="Contract">The index of the contract in the segment's list, or <see cref="NoContract"/>.</param>
/// <param name="Number">The number of the record in the segment, from 0, without gaps.</param>
/// <param name="ReceivedAt">When the message was received, in UTC ticks.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RecordHeader(int Length, uint Checksum, RecordKind Kind, RecordFlags Flags, ushort Contract, uint Number, long ReceivedAt)
{
    public const int Size = 24;

    /// <summary>The longest payload. A longer message is counted as lost.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    /// <summary>The contract of a record that has none, or one that is not in the list.</summary>
    public const ushort NoContract = ushort.MaxValue;

    /// <summary>The offset at which timestamps without one were read, unless the record says otherwise.</summary>
    public static readonly TimeSpan UsualOffset = new(3, 30, 0);

    private const int ChecksumAt = 4;
    private const int KindAt = 8;
    private const int NumberAt = 12;

    /// <summary>The state of the checksum after the id of the segment, with which the checksums of all its records begin.</summary>
    public static uint SeedOf(ulong segmentId) => BitOperations.Crc32C(uint.MaxValue, segmentId);

    /// <summary>Writes all of a header that is known when the message is received.</summary>
    public static void Write(Span<byte> record, int length, RecordKind kind, RecordFlags flags, ushort contract, long receivedAt)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, length);
        record[KindAt] = (byte)kind;
        record[KindAt + 1] = (byte)flags;
        BinaryPrimitives.WriteUInt16LittleEndian(record[(KindAt + 2)..], contract);
        BinaryPrimitives.WriteInt64LittleEndian(record[(NumberAt + 4)..], receivedAt);
    }

    /// <summary>Completes a record with its number in the segment and its checksum.</summary>
    public static void Complete(Span<byte> record, uint number, uint seed)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record[NumberAt..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(record[ChecksumAt..], ChecksumOf(record, seed));
    }

    public static RecordHeader Read(ReadOnlySpan<byte> record) => new(
        BinaryPrimitives.ReadInt32LittleEndian(record),
        BinaryPrimitives.ReadUInt32LittleEndian(record[ChecksumAt..]),
        (RecordKind)record[KindAt],
        (RecordFlags)record[KindAt + 1],
        BinaryPrimitives.ReadUInt16LittleEndian(record[(KindAt + 2)..]),
        BinaryPrimitives.ReadUInt32LittleEndian(record[NumberAt..]),
        BinaryPrimitives.ReadInt64LittleEndian(record[(NumberAt + 4)..]));

    /// <summary>The checksum of a whole record: CRC-32C over the segment's id, the length, the rest of the header and the payload.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> record, uint seed)
    {
        uint crc = BitOperations.Crc32C(seed, BinaryPrimitives.ReadUInt32LittleEndian(record));
        return ~Crc(crc, record[KindAt..]);
    }

    /// <summary>Continues a checksum over some bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (ulong eight in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? eight : BinaryPrimitives.ReverseEndianness(eight));
        }

        foreach (byte one in bytes[(bytes.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return crc;
    }
}
