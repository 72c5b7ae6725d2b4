using System.Buffers.Binary;
using HedgeTech.Ime.Recording.Format;

namespace HedgeTech.Ime.Recording.Writing;

/// <summary>What was received and is not written yet: bounded, in pooled memory. What finds no room is counted, and the count takes its place among the records.</summary>
/// <remarks>Thread-safe. One thread takes out.</remarks>
internal sealed class RecordBuffer(long maxBytes, bool wakesOnBatch)
{
    /// <summary>A record that is not written: the segment ends here, as the feed has.</summary>
    public const RecordKind EndOfFeed = (RecordKind)byte.MaxValue;

    /// <summary>The longest name, in bytes, that the lists of contracts hold, and the longest list. Each mark repeats what became known since the begin, so a server that invents names must not make it long.</summary>
    private const int MaxNameBytes = 1024;
    private const int MaxListBytes = 512 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<RecordChunk> _full = [];
    private readonly Stack<RecordChunk> _free = [];
    private readonly Dictionary<ContractKey, ushort> _indexes = [];
    private readonly List<ContractKey> _contracts = [];
    private readonly PayloadWriter _note = new();
    private int _listBytes; // of _contracts
    private RecordChunk? _active;
    private long _pending;
    private long _added;
    private long _lost;
    private LossNote _loss;
    private long _lossAt;
    private WriterMode _mode = WriterMode.Idle;
    private bool _isClosed;
    private bool _tookSome; // at the last Take

    private enum WriterMode
    {
        /// <summary>The writer is at work and looks again by itself.</summary>
        Busy,

        /// <summary>The writer waits for something to write.</summary>
        Idle,

        /// <summary>The writer lets records gather.</summary>
        Gathering,
    }

    private bool AreMany => _pending > maxBytes / 4;

    /// <summary>How many records were added.</summary>
    public long Added
    {
        get
        {
            lock (_gate)
            {
                return _added;
            }
        }
    }

    /// <summary>How many snapshots and events were lost, here or as <see cref="AddLoss"/> was told.</summary>
    public long Lost
    {
        get
        {
            lock (_gate)
            {
                return _lost;
            }
        }
    }

    /// <summary>The index of a contract; a new one gets the next, as long as the format has room.</summary>
    public ushort IndexOf(ContractKey contract)
    {
        lock (_gate)
        {
            return IndexUnderLock(contract);
        }
    }

    /// <summary>The contracts with indexes from the given one on.</summary>
    public ContractKey[] ContractsFrom(int index)
    {
        lock (_gate)
        {
            return [.. _contracts.Skip(index)];
        }
    }

    /// <summary>Adds a snapshot. True if the writer is to be woken.</summary>
    public bool AddFrame(MarketSnapshot snapshot, ReadOnlySpan<byte> frame)
    {
        TimeSpan offset = snapshot.Timestamp.Offset;
        bool hasOffset = offset != RecordHeader.UsualOffset && (snapshot.Unavailable & SnapshotFields.Timestamp) == 0;
        RecordFlags flags = (hasOffset ? RecordFlags.HasOffset : RecordFlags.None) | (snapshot.Frame.IsEmpty ? RecordFlags.None : RecordFlags.KeptFrame);
        Span<byte> prefix = stackalloc byte[sizeof(short)];
        BinaryPrimitives.WriteInt16LittleEndian(prefix, (short)offset.TotalMinutes);
        prefix = hasOffset ? prefix : default;
        long receivedAt = snapshot.ReceivedAt.UtcTicks;
        lock (_gate)
        {
            return TryAdd(RecordKind.Frame, flags, IndexUnderLock(snapshot.Contract), receivedAt, prefix, frame) ? Wakes(wakesOnBatch) : Count(new LossNote(1, 0), receivedAt);
        }
    }

    /// <summary>Adds an event. True if the writer is to be woken.</summary>
    public bool AddEvent(long receivedAt, ReadOnlySpan<byte> text)
    {
        lock (_gate)
        {
            return TryAdd(RecordKind.Event, RecordFlags.None, RecordHeader.NoContract, receivedAt, default, text) ? Wakes(wakesOnBatch) : Count(new LossNote(0, 1), receivedAt);
        }
    }

    /// <summary>Notes snapshots that the feed received too late to put in order: they are missing, but not because of the disk. True if the writer is to be woken.</summary>
    public bool AddLate(long snapshots, long receivedAt)
    {
        lock (_gate)
        {
            _loss += new LossNote(snapshots, 0);
            _lossAt = Math.Max(_lossAt, receivedAt);
            return Wakes(wakesOnBatch);
        }
    }

    /// <summary>The messages that belong together have been added. True if the writer is to be woken.</summary>
    public bool EndBatch(out long added)
    {
        lock (_gate)
        {
            added = _added;
            return _pending > 0 && Wakes(waits: false);
        }
    }

    /// <summary>Adds that the feed has ended. True if the writer is to be woken.</summary>
    public bool AddEndOfFeed()
    {
        lock (_gate)
        {
            Append(EndOfFeed, RecordFlags.None, RecordHeader.NoContract, 0, default, default);
            return Wakes(waits: false);
        }
    }

    /// <summary>Counts what was taken out and could not be written.</summary>
    public void AddLoss(LossNote loss)
    {
        lock (_gate)
        {
            _lost += loss.Snapshots + loss.Events;
        }
    }

    /// <summary>Nobody takes out any more: from now on, everything counts as lost.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    /// <summary>Before the writer waits for work: whether the next record wakes it.</summary>
    /// <remarks>A writer that lets records gather is woken only after an interval without records. Otherwise it looks again by itself: waking it once for each interval costs more than writing the records.</remarks>
    public bool MayIdle()
    {
        lock (_gate)
        {
            _mode = _pending == 0 && _loss.IsNone && (wakesOnBatch || !_tookSome) ? WriterMode.Idle : WriterMode.Busy;
            return _mode == WriterMode.Idle;
        }
    }

    /// <summary>Before the writer lets records gather: false if many wait already. If they become many, the writer is woken early.</summary>
    public bool MayGather()
    {
        lock (_gate)
        {
            _mode = AreMany ? WriterMode.Busy : WriterMode.Gathering;
            return _mode == WriterMode.Gathering;
        }
    }

    /// <summary>Takes out everything.</summary>
    /// <param name="chunks">Receives the records, in their order.</param>
    /// <returns>How many records have ever been added.</returns>
    public long Take(Queue<RecordChunk> chunks)
    {
        lock (_gate)
        {
            _mode = WriterMode.Busy;
            AppendLoss();
            if (_active is { Length: > 0 })
            {
                _full.Enqueue(_active);
                _active = null;
            }

            _tookSome = _full.Count > 0;
            while (_full.TryDequeue(out RecordChunk? chunk))
            {
                chunks.Enqueue(chunk);
            }

            return _added;
        }
    }

    /// <summary>Gives back the memory of records that have been written.</summary>
    public void Release(RecordChunk chunk)
    {
        lock (_gate)
        {
            _pending -= chunk.Length;
            chunk.Length = 0;
            if (chunk.Bytes.Length == RecordChunk.UsualCapacity)
            {
                _free.Push(chunk);
            }
        }
    }

    private ushort IndexUnderLock(ContractKey contract)
    {
        if (_indexes.TryGetValue(contract, out ushort index))
        {
            return index;
        }

        int bytes = contract.Value is null ? int.MaxValue : System.Text.Encoding.UTF8.GetByteCount(contract.Value);
        if (_contracts.Count == RecordHeader.NoContract || bytes > MaxNameBytes || _listBytes + bytes > MaxListBytes)
        {
            return RecordHeader.NoContract;
        }

        _listBytes += bytes;
        index = (ushort)_contracts.Count;
        _contracts.Add(contract);
        _indexes.Add(contract, index);
        return index;
    }

    private bool TryAdd(RecordKind kind, RecordFlags flags, ushort contract, long receivedAt, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> payload)
    {
        int size = RecordHeader.Size + prefix.Length + payload.Length;
        if (_isClosed || _pending + size > maxBytes || payload.Length + prefix.Length > RecordHeader.MaxLength)
        {
            return false;
        }

        AppendLoss();
        Append(kind, flags, contract, receivedAt, prefix, payload);
        _added++;
        return true;
    }

    private void AppendLoss()
    {
        if (!_loss.IsNone)
        {
            _loss.Write(_note.Clear());
            Append(RecordKind.Lost, RecordFlags.None, RecordHeader.NoContract, _lossAt, default, _note.Written);
            _loss = default;
        }
    }

    private void Append(RecordKind kind, RecordFlags flags, ushort contract, long receivedAt, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> payload)
    {
        int size = RecordHeader.Size + prefix.Length + payload.Length;
        if (_active is null || _active.Free.Length < size)
        {
            if (_active is not null)
            {
                _full.Enqueue(_active);
            }

            _active = size > RecordChunk.UsualCapacity ? new RecordChunk(size) : _free.TryPop(out RecordChunk? free) ? free : new RecordChunk(RecordChunk.UsualCapacity);
        }

        Span<byte> record = _active.Free;
        RecordHeader.Write(record, prefix.Length + payload.Length, kind, flags, contract, receivedAt);
        prefix.CopyTo(record[RecordHeader.Size..]);
        payload.CopyTo(record[(RecordHeader.Size + prefix.Length)..]);
        _active.Length += size;
        _pending += size;
    }

    private bool Count(LossNote loss, long receivedAt)
    {
        _loss += loss;
        _lossAt = Math.Max(_lossAt, receivedAt);
        _lost += loss.Snapshots + loss.Events;
        return Wakes(waits: false);
    }

    private bool Wakes(bool waits)
    {
        bool wakes = !waits && (_mode == WriterMode.Idle || (_mode == WriterMode.Gathering && AreMany));
        if (wakes)
        {
            _mode = WriterMode.Busy;
        }

        return wakes;
    }
}
