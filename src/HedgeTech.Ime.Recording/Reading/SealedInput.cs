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
    private readonly Decompressor _decompressor = new();
    private readonly Queue<(long Position, long Place)> _places = [];
    private byte[] _packed = new byte[256 * 1024];
    private byte[] _block = [];
    private int _blockStart;
    private int _blockEnd;
    private int _packedCount; // of _packed, which begins at _place
    private long _place;
    private long _position;
    private (long Position, long Place) _current;

    /// <param name="path">The file.</param>
    /// <param name="start">Where in it a block begins, at which reading begins.</param>
    /// <param name="onDamage">Called for each place that cannot be read.</param>
    public SealedInput(string path, long start, Action<Damage> onDamage)
    {
        _file = PlainInput.Open(path);
        _place = start;
        _current = (0, start);
        _onDamage = onDamage;
    }

    /// <summary>Where in the file the last block that could be read ends.</summary>
    public long BlocksEnd { get; private set; }

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
    }

    private bool TryReadBlock()
    {
        while (Peek(1).Length > 0)
        {
            if (TryFrame(0, out int length))
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
        int at = 1;
        while (true)
        {
            ReadOnlySpan<byte> ahead = Peek(at + sizeof(uint));
            if (ahead.Length < at + sizeof(uint))
            {
                Advance(ahead.Length);
                break;
            }

            int found = NextMagic(ahead[at..]);
            if (found < 0)
            {
                Advance(ahead.Length - sizeof(uint) + 1);
                at = 0;
            }
            else if (TryFrame(at + found, out _) || (TrySkippable(at + found, out int length) && IsLast(at + found + length)))
            {
                Advance(at + found);
                break;
            }
            else
            {
                at += found + 1;
            }
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

    /// <summary>Decompresses the frame at this offset from where reading is; false if there is none, or it is damaged.</summary>
    private bool TryFrame(int offset, out int length)
    {
        length = 0;
        if (!ZstdFrame.TryReadHeader(From(offset, ZstdFrame.LongestHeader), out int end, out long content) || content > MaxContent)
        {
            return false;
        }

        bool isLast = false;
        while (!isLast)
        {
            int block = ZstdFrame.LengthOfBlock(From(offset + end, 3), out isLast);
            end += block;
            if (block == 0 || end > MaxContent)
            {
                return false;
            }
        }

        ReadOnlySpan<byte> frame = From(offset, end);
        if (frame.Length < end)
        {
            return false;
        }

        if (_block.Length < content)
        {
            _block = new byte[Math.Max(content, 2 * 1024 * 1024)];
        }

        length = end;
        _blockStart = 0;
        _blockEnd = TryDecompress(frame[..end], (int)content) ? (int)content : 0;
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
        if (size > MaxContent || Peek(offset + (int)size).Length < offset + size)
        {
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
        if (_packed.Length < count)
        {
            Array.Resize(ref _packed, Math.Max(count, _packed.Length * 2));
        }

        while (_packedCount < count && RandomAccess.Read(_file, _packed.AsSpan(_packedCount), _place + _packedCount) is var read and > 0)
        {
            _packedCount += read;
        }

        return _packed.AsSpan(0, _packedCount);
    }

    private void Advance(int count)
    {
        _packed.AsSpan(count, _packedCount - count).CopyTo(_packed);
        _packedCount -= count;
        _place += count;
    }
}
