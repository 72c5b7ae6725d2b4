using System.Numerics;
using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Recording.Format;

/// <summary>Completes records with their checksums, three at a time.</summary>
/// <remarks>A processor computes three CRCs side by side in about the time of one, because each step of a CRC waits for the step before it.</remarks>
internal ref struct RecordChecksums(uint seed)
{
    private Span<byte> _first;
    private Span<byte> _second;

    /// <summary>Adds a record that is complete except for its checksum. The checksum may be written only by a later call.</summary>
    public void Add(Span<byte> record)
    {
        if (_first.IsEmpty)
        {
            _first = record;
        }
        else if (_second.IsEmpty)
        {
            _second = record;
        }
        else
        {
            Complete(_first, _second, record);
            _first = _second = default;
        }
    }

    /// <summary>Writes the checksums of the records that still wait for them.</summary>
    public void End()
    {
        if (!_first.IsEmpty)
        {
            RecordHeader.Complete(_first, seed);
        }

        if (!_second.IsEmpty)
        {
            RecordHeader.Complete(_second, seed);
        }

        _first = _second = default;
    }

    private readonly void Complete(Span<byte> first, Span<byte> second, Span<byte> third)
    {
        // On other processors each record is computed alone.
        int common = BitConverter.IsLittleEndian ? (Math.Min(Math.Min(first.Length, second.Length), third.Length) - RecordHeader.ChecksumFrom) / sizeof(ulong) : 0;
        ReadOnlySpan<ulong> firsts = MemoryMarshal.Cast<byte, ulong>(first[RecordHeader.ChecksumFrom..])[..common];
        ReadOnlySpan<ulong> seconds = MemoryMarshal.Cast<byte, ulong>(second[RecordHeader.ChecksumFrom..])[..common];
        ReadOnlySpan<ulong> thirds = MemoryMarshal.Cast<byte, ulong>(third[RecordHeader.ChecksumFrom..])[..common];
        uint one = RecordHeader.StartOf(first, seed);
        uint two = RecordHeader.StartOf(second, seed);
        uint three = RecordHeader.StartOf(third, seed);
        for (int i = 0; i < common; i++)
        {
            one = BitOperations.Crc32C(one, firsts[i]);
            two = BitOperations.Crc32C(two, seconds[i]);
            three = BitOperations.Crc32C(three, thirds[i]);
        }

        int done = RecordHeader.ChecksumFrom + (common * sizeof(ulong));
        RecordHeader.Complete(first, one, done);
        RecordHeader.Complete(second, two, done);
        RecordHeader.Complete(third, three, done);
    }
}
