using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Recording.Writing;

/// <summary>The thread that brings the records from the buffer into segments, and waits for a disk that cannot take them.</summary>
/// <remarks>
/// Its waits are those of the thread and follow the machine; what it decides (when a segment has become too old, when to flush) follows the <see cref="TimeProvider"/>.
/// The methods for other threads are thread-safe.
/// </remarks>
internal sealed partial class RecordWriter : IDisposable
{
    private static readonly TimeSpan Check = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);

    private readonly RecordingOptions _options;
    private readonly RecordBuffer _buffer;
    private readonly SegmentSequence _segments;
    private readonly FolderLock _lock;
    private readonly Action<SegmentFile> _onEnded;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly AutoResetEvent _signal = new(false);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FlushRequests _requests = new();
    private readonly LostRecords _lost;
    private volatile bool _isClosing;
    private volatile WriterState _state = new(0, 0, 0, 0, null, null);

    // Of the thread alone:
    private SegmentWriter? _segment;
    private SegmentFile? _file;
    private bool _continues;
    private bool _mustCut;
    private WriterState _ended = new(0, 0, 0, 0, null, null); // the counts of the segments before this one
    private long _begunAt;
    private long _flushedAt;
    private long _checkedAt;
    private RecordChunk? _chunk; // which is being written,
    private int _chunkAt; // and how many bytes of it have been

    public RecordWriter(RecordingOptions options, RecordBuffer buffer, SegmentSequence segments, FolderLock folderLock, Action<SegmentFile> onEnded, ILogger logger, TimeProvider time)
    {
        _options = options;
        _buffer = buffer;
        _segments = segments;
        _lock = folderLock;
        _onEnded = onEnded;
        _logger = logger;
        _time = time;
        _lost = new LostRecords(buffer, logger, time);
        new Thread(Run) { IsBackground = true, Name = "HedgeTech.Ime recorder" }.Start();
    }

    public WriterState State => _state;

    private bool IsHurried => _isClosing || !_requests.IsEmpty;

    /// <summary>Wakes the thread, as the buffer says.</summary>
    public void Wake() => _signal.Set();

    /// <summary>How many of the records that were ever added have been written, or lost.</summary>
    public WrittenCount Written { get; } = new();

    /// <summary>Completes when everything added until now is on the disk.</summary>
    public Task FlushAsync()
    {
        if (_requests.TryAdd() is not { } written)
        {
            return Task.FromException(new IOException(_state.Failure ?? "The recorder was disposed."));
        }

        _signal.Set();
        return written;
    }

    /// <summary>Writes what is left, ends the segment and ends the thread.</summary>
    public Task StopAsync()
    {
        _isClosing = true;
        _signal.Set();
        return _stopped.Task;
    }

    /// <summary>To be called after the thread has ended.</summary>
    public void Dispose()
    {
        _signal.Dispose();
        Written.Dispose();
    }

    private void Run()
    {
        List<TaskCompletionSource> requests = [];
        Queue<RecordChunk> chunks = [];
        try
        {
            bool isClosing = false;
            while (!isClosing)
            {
                WaitForRecords();
                isClosing = _isClosing;
                requests.AddRange(_requests.TakeAll());
                long added = _buffer.Take(chunks);
                while (chunks.TryDequeue(out RecordChunk? chunk))
                {
                    Write(chunk);
                    _buffer.Release(chunk);
                }

                Written.Set(added);
                LookAfter(isFlushAsked: requests.Count > 0 || isClosing);
                if (_segment is null or { IsFlushed: true })
                {
                    requests.ForEach(static request => request.SetResult());
                    requests.Clear();
                }
                else if (requests.Count > 0)
                {
                    _signal.WaitOne(Retry);
                    Wake(); // until the disk takes it
                }
            }

            Attempt(Finish);
            if (_segment is not null)
            {
                Attempt(_segment.CutBack);
            }

            _lost.Tell(isLast: true);
            requests.ForEach(request => request.TrySetException(new IOException(_state.Failure ?? "The recorder was disposed.")));
        }
        catch (Exception failure) // a defect: said aloud, and without taking the process with it
        {
            LogBroken(_logger, failure);
            _state = _state with { Failure = "The recorder has failed. Nothing more is recorded." };
            requests.ForEach(request => request.TrySetException(failure));
        }
        finally
        {
            _segment?.Dispose();
            _buffer.Close();
            if (_chunk is { } broken)
            {
                _lost.Add(broken.Bytes.AsSpan(_chunkAt..broken.Length));
            }

            _buffer.Take(chunks);
            foreach (RecordChunk left in chunks)
            {
                _lost.Add(left.Bytes.AsSpan(..left.Length));
            }

            Written.Set(long.MaxValue); // nobody waits for a writer that is gone
            _requests.Close();
            _stopped.SetResult();
        }
    }

    private void WaitForRecords()
    {
        if (!IsHurried && _buffer.MayIdle())
        {
            _signal.WaitOne(Check);
        }

        if (_options.WriteInterval > TimeSpan.Zero && !IsHurried && _buffer.MayGather())
        {
            _signal.WaitOne(_options.WriteInterval);
        }
    }

    private void Write(RecordChunk chunk)
    {
        (_chunk, _chunkAt) = (chunk, 0);
        while (_chunkAt < chunk.Length)
        {
            Span<byte> records = chunk.Bytes.AsSpan(_chunkAt, chunk.Length - _chunkAt);
            bool isLastAttempt = _isClosing;
            try
            {
                _chunkAt += WriteSome(records);
                Succeeded();
                continue;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Failed(failure);
            }

            if (isLastAttempt)
            {
                _lost.Add(records);
                break;
            }

            _signal.WaitOne(Retry);
            CheckFolder();
        }

        _chunk = null;
    }

    /// <summary>Writes some of the records, and returns how many bytes of them.</summary>
    private int WriteSome(Span<byte> records)
    {
        if (_segment is not null && _mustCut)
        {
            _segment.CutBack();
            _mustCut = false;
        }

        if (RecordHeader.Read(records).Kind == RecordBuffer.EndOfFeed)
        {
            if (_segment is not null)
            {
                _lost.NoteIn(_segment);
            }

            End(continues: false);
            return RecordHeader.Size;
        }

        if (IsDue())
        {
            End(continues: true);
        }

        SegmentWriter segment = _segment ?? Begin();
        _lost.NoteIn(segment);
        return segment.Write(records, _options.SegmentBytes);
    }

    private SegmentWriter Begin()
    {
        _lock.Renew();
        (_segment, _file) = _segments.Begin(_continues);
        _begunAt = _time.GetTimestamp();
        _ended = _ended with { Segments = _ended.Segments + 1 };
        LogBegun(_logger, _file.RelativePath);
        return _segment;
    }

    /// <summary>The last that is written: there may be room for a note of what is lost where there was none for the records.</summary>
    private void Finish()
    {
        if (_mustCut)
        {
            _segment?.CutBack();
            _mustCut = false;
        }

        if (!_lost.AreNoted && (_segment ?? (_lock.IsThere ? Begin() : null)) is { } segment)
        {
            _lost.NoteIn(segment);
        }

        End(continues: false);
    }

    private bool IsDue() => _segment is not null
        && (_segment.Position >= _options.SegmentBytes
            || _time.GetElapsedTime(_begunAt) >= _options.SegmentDuration
            || RecordingFolder.DateFolder(_time.GetUtcNow()) != _file!.Date);

    private void End(bool continues)
    {
        if (_segment is null)
        {
            _continues &= continues;
            return;
        }

        _segment.WriteEnd(continues);
        _ended = Total();
        _state = _ended;
        _segment.Dispose();
        _segment = null;
        _continues = continues;
        _onEnded(_file!);
    }

    /// <summary>What is done once a second, or when someone asks: the folder is looked at, old segments end, the disk gets what was written.</summary>
    private void LookAfter(bool isFlushAsked)
    {
        if (_time.GetElapsedTime(_checkedAt) >= Check || isFlushAsked)
        {
            _checkedAt = _time.GetTimestamp();
            CheckFolder();
            if (IsDue())
            {
                Attempt(() => End(continues: true));
            }
        }

        if (_segment is { IsFlushed: false } segment && (isFlushAsked || _time.GetElapsedTime(_flushedAt) >= _options.FlushInterval))
        {
            Attempt(segment.Flush);
            _flushedAt = _time.GetTimestamp();
        }

        _lost.Tell(isLast: false);
        _state = Total() with { LastFlushedAt = _segment is null or { IsFlushed: true } ? _time.GetUtcNow() : _state.LastFlushedAt };
    }

    private void CheckFolder()
    {
        if (_segment is null || _segment.IsThere)
        {
            return;
        }

        LossNote loss = _lost.Add(_segment.Counts);
        LogVanished(_logger, _file!.RelativePath, loss.Snapshots + loss.Events);
        _segment.Dispose();
        _segment = null;
        _continues = false;
        _mustCut = false;
    }

    private void Attempt(Action action)
    {
        try
        {
            action();
            Succeeded();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Failed(failure);
        }
    }

    private void Succeeded()
    {
        if (_state.Failure is not null)
        {
            _state = _state with { Failure = null };
            if (_buffer.Lost is var lost and > 0)
            {
                LogRecovered(_logger, lost);
            }
            else
            {
                LogRecoveredWithoutLoss(_logger);
            }
        }
    }

    private void Failed(Exception failure)
    {
        _mustCut = true;
        if (_state.Failure is null)
        {
            LogFailed(_logger, failure.Message.EndsWith('.') ? failure.Message : $"{failure.Message}.", failure); // many messages of the system have no full stop
        }

        _state = _state with { Failure = failure.Message };
    }

    private WriterState Total() => _ended with
    {
        Snapshots = _ended.Snapshots + (_segment?.Counts.Snapshots ?? 0),
        Events = _ended.Events + (_segment?.Counts.Events ?? 0),
        Bytes = _ended.Bytes + (_segment?.Position ?? 0),
        LastFlushedAt = _state.LastFlushedAt,
        Failure = _state.Failure,
    };
}
