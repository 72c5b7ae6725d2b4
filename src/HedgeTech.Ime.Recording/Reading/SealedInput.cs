using System.Buffers;
using System.Buffers.Binary;
using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Sealing;
using Microsoft.Win32.SafeHandles;
using ZstdSharp;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>The bytes of a compressed segment. It needs no table: where a block is damaged, it reports that and goes on at the next one it finds.</summary>
internal sealed class SealedInput : SegmentInput
{
    /// <summary>The largest block: one of the usual size that ends with the longest record.</summary>
    public const long MaxContent = RecordHeader.MaxLength + (8L * 1024 * 1024);

    private readonly SafeFileHandle _file;
    private readonly Action<Damage> _onDamage;
    private readonly Decompressor _decompressor;
    private readonly Queue<(long Position, long Place)> _places = [];
    private byte[] _packed = new byte[64 * 1024];
    private byte[] _block = [];
    private int _blockStart;
    private int _blockEnd;
    private int _packedStart;
    private int _packedCount; // from _packedStart on, which is at _place in the file
    private long _place;
    private WastedEffort _effort;
    private long _position;
    private (long Position, long Place) _current;

    /// <param name="path">The file.</param>
    /// <param name="start">Where in it a block begins, at which reading begins.</param>
    /// <param name="onDamage">Called for each place that cannot be read.</param>
    public SealedInput(string path, long start, Action<Damage> onDamage)
    {
        _file = PlainInput.Open(path);
        _decompressor = new Decompressor(); // which nobody would dispose of if the file could not be opened
        _place = start;
        _current = (0, start);
        _onDamage = onDamage;
    }

    /// <summary>Where in the file the last block that could be read ends.</summary>
    public long BlocksEnd { get; private set; }

    /// <summary>The index; null if it is damaged.</summary>
    public SealedIndex? ReadIndex(ulong segmentId) => SealedIndex.Read(_file, segmentId);

    public override int Read(Span<byte> destination)
    {
        if (_blockStart == _blockEnd && !TryReadBlock())
        {
            return 0;
        }

        int count = Math.Min(destination.Length, _blockEnd - _blockStart);
        _block.AsSpan(_blockStart, count).CopyTo(destination);
        _blockStart += count;
        _position += count;
        return count;
    }

    public override long PlaceOf(long position)
    {
        while (_places.TryPeek(out (long Position, long Place) next) && next.Position <= position)
        {
            _current = _places.Dequeue();
        }

        return _current.Place;
    }

    public override void Dispose()
    {
        _decompressor.Dispose();
        _file.Dispose();
        ReturnBlock();
    }

    private void ReturnBlock()
    {
        ArrayPool<byte>.Shared.Return(_block);
        (_block, _blockStart, _blockEnd) = ([], 0, 0);
    }

    private bool TryReadBlock()
    {
        while (Peek(1).Length > 0)
        {
            if (TryFrame(out int length))
            {
                _places.Enqueue((_position, _place));
                Advance(length);
                BlocksEnd = _place;
                return true;
            }

            if (TrySkippable(0, out length))
            {
                Advance(length);
            }
            else
            {
                SkipDamage();
            }
        }

        _places.Enqueue((_position, _place));
        return false;
    }

    /// <summary>Moves to the next frame that can be read, or to the end of the file.</summary>
    private void SkipDamage()
    {
        long damaged = _place;
        Advance(1);
        while (true)
        {
            ReadOnlySpan<byte> ahead = Peek(sizeof(uint));
            if (ahead.Length < sizeof(uint))
            {
                Advance(ahead.Length);
                break;
            }

            int found = NextMagic(ahead);
            if (found < 0)
            {
                Advance(ahead.Length - sizeof(uint) + 1);
                continue;
            }

            Advance(found);
            if (TryFrame(out int length) || (TrySkippable(0, out length) && IsLast(length)))
            {
                break;
            }

            _effort.Waste(length);
            Advance(1);
        }

        _blockStart = _blockEnd; // TryFrame is called again where reading goes on
        _onDamage(new Damage(damaged, _place - damaged, null, "A compressed block cannot be read."));
    }

    /// <summary>Whether the file ends, or another skippable frame stands, at this offset from where reading is.</summary>
    private bool IsLast(int offset) => Peek(offset + 1).Length == offset || TrySkippable(offset, out _);

    private static int NextMagic(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at <= bytes.Length - sizeof(uint); at++)
        {
            uint magic = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
            if (magic == ZstdFrame.Magic || (magic & ~0xFu) == ZstdFrame.SkippableMagic)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Decompresses the frame where reading is; false if there is none, or it is damaged.</summary>
    private bool TryFrame(out int length)
    {
        length = 0;
        if (!ZstdFrame.TryReadHeader(From(0, ZstdFrame.LongestHeader), out int end, out long content) || content > MaxContent)
        {
            return false;
        }

        bool isLast = false;
        while (!isLast)
        {
            int block = ZstdFrame.LengthOfBlock(From(end, 3), out isLast);
            if (block == 0 || end + block > MaxContent || !_effort.Allows(end + block + content, _place))
            {
                _effort.Waste(end);
                return false;
            }

            end += block;
        }

        ReadOnlySpan<byte> frame = From(0, end);
        if (frame.Length < end)
        {
            _effort.Waste(end);
            return false;
        }

        if (_block.Length < content)
        {
            ReturnBlock();
            _block = ArrayPool<byte>.Shared.Rent((int)Math.Max(content, 2 * 1024 * 1024)); // a new array of this size costs more than to decompress the block
        }

        length = end;
        _blockStart = 0;
        _blockEnd = TryDecompress(frame[..end], (int)content) ? (int)content : 0;
        if (_blockEnd == 0)
        {
            _effort.Waste(end + content);
        }

        return _blockEnd > 0;
    }

    private bool TryDecompress(ReadOnlySpan<byte> frame, int content)
    {
        try
        {
            return _decompressor.Unwrap(frame, _block.AsSpan(0, content)) == content;
        }
        catch (ZstdException)
        {
            return false; // the caller reports the damage
        }
    }

    private bool TrySkippable(int offset, out int length)
    {
        length = 0;
        ReadOnlySpan<byte> header = From(offset, ZstdFrame.SkippableHeader);
        if (header.Length < ZstdFrame.SkippableHeader || (BinaryPrimitives.ReadUInt32LittleEndian(header) & ~0xFu) != ZstdFrame.SkippableMagic)
        {
            return false;
        }

        long size = BinaryPrimitives.ReadUInt32LittleEndian(header[sizeof(uint)..]) + (long)ZstdFrame.SkippableHeader;
        if (size > MaxContent || !_effort.Allows(size, _place))
        {
            return false;
        }

        if (Peek(offset + (int)size).Length < offset + size)
        {
            _effort.Waste(size);
            return false;
        }

        length = (int)size;
        return true;
    }

    /// <summary>The bytes from an offset on, at least as many as asked for, unless the file ends before.</summary>
    private ReadOnlySpan<byte> From(int offset, int count)
    {
        ReadOnlySpan<byte> bytes = Peek(offset + count);
        return bytes.Length > offset ? bytes[offset..] : default;
    }

    private ReadOnlySpan<byte> Peek(int count)
    {
        if (_packed.Length - _packedStart < count)
        {
            byte[] target = _packed.Length < count ? new byte[Math.Max(count, _packed.Length * 2)] : _packed;
            _packed.AsSpan(_packedStart, _packedCount).CopyTo(target);
            (_packed, _packedStart) = (target, 0);
        }

        while (_packedCount < count && RandomAccess.Read(_file, _packed.AsSpan(_packedStart + _packedCount), _place + _packedCount) is var read and > 0)
        {
            _packedCount += read;
        }

        return _packed.AsSpan(_packedStart, _packedCount);
    }

    private void Advance(int count)
    {
        _packedStart += count;
        _packedCount -= count;
        _place += count;
    }
}
