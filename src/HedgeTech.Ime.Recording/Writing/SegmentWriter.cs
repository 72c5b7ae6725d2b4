using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Writing;

/// <summary>Appends records to one segment. Whatever fails leaves the state as it was, so the same call can be made again.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SegmentWriter : IDisposable
{
    /// <summary>The number of bytes between two marks.</summary>
    public const int MarkBytes = 1024 * 1024;

    private static readonly TimeSpan MarkInterval = TimeSpan.FromSeconds(1);

    private readonly ISegmentFile _file;
    private readonly TimeProvider _time;
    private readonly uint _seed;
    private readonly PayloadWriter _payload = new();
    private readonly RecordBuffer _contracts;
    private readonly int _contractsOfBegin;
    private int _contractsKnown;
    private uint _next;
    private long _markedAt;
    private long _markedTime;
    private long _flushed;
    private bool _isEnded;

    /// <param name="file">The new, empty file.</param>
    /// <param name="begin">What its first record says.</param>
    /// <param name="beganAt">When it is begun.</param>
    /// <param name="continues">Whether it continues its predecessor without a gap.</param>
    /// <param name="contracts">Knows all contracts.</param>
    /// <param name="time">The clock for the distance of marks.</param>
    public SegmentWriter(ISegmentFile file, SegmentBegin begin, DateTimeOffset beganAt, bool continues, RecordBuffer contracts, TimeProvider time)
    {
        _file = file;
        _time = time;
        _contracts = contracts;
        _contractsOfBegin = _contractsKnown = begin.Contracts.Count;
        _seed = RecordHeader.SeedOf(begin.Id);
        begin.Write(_payload);
        WriteOwn(RecordKind.Begin, continues ? RecordFlags.Continues : RecordFlags.None, beganAt.UtcTicks);
        _markedTime = time.GetTimestamp();
    }

    /// <summary>What the segment holds.</summary>
    public SegmentCounts Counts { get; private set; }

    /// <summary>How many bytes have been written.</summary>
    public long Position { get; private set; }

    public bool IsThere => _file.IsThere;

    public bool IsFlushed => _flushed == Position;

    /// <summary>Completes and writes records, up to where something else has to stand: a mark, or the end of the segment.</summary>
    /// <param name="records">Whole records without number and checksum.</param>
    /// <param name="limit">The size of the segment at which it ends.</param>
    /// <returns>How many bytes of the records were written; 0 if they begin with <see cref="RecordBuffer.EndOfFeed"/>.</returns>
    public int Write(Span<byte> records, long limit)
    {
        if (Position - _markedAt >= MarkBytes || (Position > _markedAt && _time.GetElapsedTime(_markedTime) >= MarkInterval))
        {
            WriteMark();
        }

        SegmentCounts counts = Counts;
        uint number = _next;
        int at = 0;
        while (at < records.Length && Position + at - _markedAt < MarkBytes && (at == 0 || Position + at < limit))
        {
            RecordHeader header = RecordHeader.Read(records[at..]);
            if (header.Kind == RecordBuffer.EndOfFeed)
            {
                break;
            }

            if (header.Contract != RecordHeader.NoContract && header.Contract >= _contractsKnown)
            {
                if (at > 0)
                {
                    break;
                }

                WriteMark();
                number = _next;
            }

            Span<byte> record = records.Slice(at, RecordHeader.Size + header.Length);
            RecordHeader.Complete(record, number++, _seed);
            counts = counts.With(header, record[RecordHeader.Size..]);
            at += record.Length;
        }

        Append(records[..at]);
        (_next, Counts) = (number, counts);
        return at;
    }

    /// <summary>Writes what is missing in this place.</summary>
    public void WriteLoss(LossNote loss, long receivedAt)
    {
        loss.Write(_payload.Clear());
        SegmentCounts counts = Counts;
        WriteOwn(RecordKind.Lost, RecordFlags.None, receivedAt);
        Counts = counts with { LostSnapshots = counts.LostSnapshots + loss.Snapshots, LostEvents = counts.LostEvents + loss.Events, MaxReceivedAt = Math.Max(counts.MaxReceivedAt, receivedAt) };
    }

    /// <summary>Writes the last record.</summary>
    /// <param name="continues">Whether another segment will continue this one without a gap.</param>
    public void WriteEnd(bool continues)
    {
        if (!_isEnded)
        {
            AddMark();
            WriteOwn(RecordKind.End, continues ? RecordFlags.Continues : RecordFlags.None, Counts.MaxReceivedAt);
            _isEnded = true;
        }

        Flush();
    }

    /// <summary>After a write that failed: cuts off what it may have written.</summary>
    public void CutBack() => _file.SetLength(Position);

    public void Flush()
    {
        long position = Position;
        _file.Flush();
        _flushed = position;
    }

    public void Dispose() => _file.Dispose();

    private void WriteMark()
    {
        int known = AddMark();
        WriteOwn(RecordKind.Mark, RecordFlags.None, Counts.MaxReceivedAt);
        _contractsKnown = known;
    }

    private int AddMark()
    {
        SegmentMark mark = new(Counts, (ushort)_contractsOfBegin, _contracts.ContractsFrom(_contractsOfBegin));
        mark.Write(_payload.Clear());
        return _contractsOfBegin + mark.Contracts.Count;
    }

    /// <summary>Writes a record of the format itself, whose payload is in <see cref="_payload"/>.</summary>
    private void WriteOwn(RecordKind kind, RecordFlags flags, long receivedAt)
    {
        byte[] record = new byte[RecordHeader.Size + _payload.Written.Length];
        RecordHeader.Write(record, _payload.Written.Length, kind, flags, RecordHeader.NoContract, receivedAt);
        _payload.Written.CopyTo(record.AsSpan(RecordHeader.Size));
        RecordHeader.Complete(record, _next, _seed);
        Append(record);
        _next++;
        if (kind is RecordKind.Mark or RecordKind.Begin)
        {
            // From its end: a mark with very many contracts is longer than the distance of marks.
            (_markedAt, _markedTime) = (Position, _time.GetTimestamp());
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes, Position);
        Position += bytes.Length;
    }
}
