using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Reading;

/// <summary>
/// Reads the records of one segment in order. What is damaged is skipped: to the next record if its place can be told, otherwise to the next mark. A record that was
/// read before, as a doubled block has them, counts as damage too, because the numbers of records only rise.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class RecordReader(SegmentInput input, ulong segmentId, Action<Damage> onDamage) : IDisposable
{
    private uint _seed = RecordHeader.SeedOf(segmentId);
    private byte[] _bytes = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _isAtEnd; // of the input, during one call: a file that is written to may have more at the next one
    private long _startPosition; // of _start, counted from the first byte of the input
    private long _tailPosition;
    private uint? _expected;
    private WastedEffort _effort;
    private RecordHeader _header;

    /// <summary>The last record; valid until the next one is read.</summary>
    public Record Current => new(_header, _bytes.AsSpan(_start - _header.Length, _header.Length));

    /// <summary>Where the last record begins, counted from the first byte of the input.</summary>
    public long RecordPosition { get; private set; }

    /// <summary>Where the last record ends.</summary>
    public long Position => _startPosition;

    /// <summary>After the last record: what stands behind it and cannot be read. In a file that is written to, it is not complete yet.</summary>
    public Damage? Tail { get; private set; }

    /// <summary>Whether the last record was the end of the segment.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Reads the next record; false at the end of the segment.</summary>
    public bool TryRead(out Record record)
    {
        _isAtEnd = false;
        while (true)
        {
            if (IsValid(0, out RecordHeader header))
            {
                if (_expected is { } expected && header.Number > expected)
                {
                    onDamage(new Damage(input.PlaceOf(_startPosition), 0, header.Number - expected, "Records are missing here."));
                }

                RecordPosition = _startPosition;
                _expected = header.Number + 1;
                IsEnded = header.Kind == RecordKind.End;
                _header = header;
                Skip(RecordHeader.Size + header.Length);
                record = Current;
                return true;
            }

            if (!TryResynchronize())
            {
                record = default;
                return false;
            }
        }
    }

    /// <summary>From now on, only a record with this number or a higher one is valid.</summary>
    public void Expect(uint number) => _expected = number;

    /// <summary>Makes the next call read what stands behind the last record once more, because it may be complete by now. Does nothing in a file that is not written to.</summary>
    public void ReturnToTail()
    {
        if (Tail is not null && input.TryReturn(_tailPosition))
        {
            (_start, _end, _startPosition) = (0, 0, _tailPosition);
            Tail = null;
        }
    }

    public void Dispose() => input.Dispose();

    /// <summary>Looks for the next valid record behind a damaged place, and reports the place. False if there is none.</summary>
    private bool TryResynchronize()
    {
        long damaged = _startPosition;
        if (!Has(1))
        {
            return false;
        }

        if (TryReadLength(0, out int length) && IsValid(RecordHeader.Size + length, out RecordHeader next))
        {
            Skip(RecordHeader.Size + length);
            Report(damaged, next.Number);
            return true;
        }

        Skip(1);
        while (Has(RecordHeader.Size + SegmentMark.Sync.Length))
        {
            int found = _bytes.AsSpan(_start + RecordHeader.Size, _end - _start - RecordHeader.Size).IndexOf(SegmentMark.Sync);
            if (found < 0)
            {
                Skip(_end - _start - RecordHeader.Size - SegmentMark.Sync.Length + 1);
                continue;
            }

            Skip(found);
            if (IsMark(out RecordHeader mark))
            {
                Report(damaged, mark.Number);
                return true;
            }

            Skip(1);
        }

        long offset = input.PlaceOf(damaged);
        _tailPosition = damaged;
        Skip(_end - _start);
        Tail = new Damage(offset, input.PlaceOf(_startPosition) - offset, null, IsEnded ? "Bytes follow the end of the segment." : "The last record is not complete.");
        return false;
    }

    private void Report(long damaged, uint number)
    {
        long offset = input.PlaceOf(damaged);
        long missing = number - (long)(_expected ?? number);
        onDamage(new Damage(offset, input.PlaceOf(_startPosition) - offset, missing, missing == 0 ? "Bytes that do not belong there." : "Damaged records."));
        _expected = number;
    }

    /// <summary>Whether the sync pattern that was found is that of a valid mark or end. A mark does not hold the pattern twice, so each byte is checked for one mark at most.</summary>
    private bool IsMark(out RecordHeader header)
    {
        header = RecordHeader.Read(_bytes.AsSpan(_start));
        return header.Kind is RecordKind.Mark or RecordKind.End
            && header.Length is > 0 and <= RecordHeader.MaxLength
            && !HoldsSync(RecordHeader.Size + SegmentMark.Sync.Length, RecordHeader.Size + header.Length)
            && IsValid(0, out header);
    }

    /// <summary>Whether the sync pattern stands between two offsets from <see cref="_start"/>. Reads no further than to the pattern.</summary>
    private bool HoldsSync(int from, int to)
    {
        for (int end = from; end < to && Has(end + 1); from = Math.Max(from, end - SegmentMark.Sync.Length + 1))
        {
            end = Math.Min(to, _end - _start);
            if (_bytes.AsSpan(_start + from, end - from).IndexOf(SegmentMark.Sync) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsValid(int offset, out RecordHeader header)
    {
        header = default;
        if (!TryReadLength(offset, out int length))
        {
            return false;
        }

        int size = RecordHeader.Size + length;
        header = RecordHeader.Read(_bytes.AsSpan(_start + offset));
        if (header.Number < (_expected ?? 0) || header.ReceivedAt < 0 || header.ReceivedAt > DateTime.MaxValue.Ticks || !_effort.Allows(offset + size, _startPosition))
        {
            return false;
        }

        if (!Has(offset + size))
        {
            _effort.Waste(_end - _start);
            return false;
        }

        ReadOnlySpan<byte> record = _bytes.AsSpan(_start + offset, size);
        uint seed = offset == 0 && _startPosition == 0 && header.Kind == RecordKind.Begin && SegmentBegin.Read(record[RecordHeader.Size..]) is { } begin ? RecordHeader.SeedOf(begin.Id) : _seed;
        if (header.Checksum != RecordHeader.ChecksumOf(record, seed))
        {
            _effort.Waste(offset + size);
            return false;
        }

        _seed = seed; // the file may have been renamed
        return true;
    }

    private bool TryReadLength(int offset, out int length)
    {
        length = Has(offset + RecordHeader.Size) ? BitConverter.ToInt32(_bytes.AsSpan(_start + offset)) : -1;
        return length is >= 0 and <= RecordHeader.MaxLength;
    }

    /// <summary>Whether the input has this number of bytes from <see cref="_start"/> on; they are then in the buffer.</summary>
    private bool Has(int count)
    {
        while (_end - _start < count && !_isAtEnd)
        {
            if (_bytes.Length - _start < count || _end == _bytes.Length)
            {
                byte[] target = count > _bytes.Length ? new byte[Math.Max(count, _bytes.Length * 2)] : _bytes;
                _bytes.AsSpan(_start, _end - _start).CopyTo(target);
                (_bytes, _start, _end) = (target, 0, _end - _start);
            }

            int read = input.Read(_bytes.AsSpan(_end));
            _isAtEnd = read == 0;
            _end += read;
        }

        return _end - _start >= count;
    }

    private void Skip(int count)
    {
        _start += count;
        _startPosition += count;
    }
}
