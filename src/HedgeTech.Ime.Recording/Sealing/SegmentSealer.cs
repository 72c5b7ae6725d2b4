using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Reading;
using Microsoft.Extensions.Logging;
using ZstdSharp;

namespace HedgeTech.Ime.Recording.Sealing;

/// <summary>Compresses ended segments, deletes old ones, on a thread of its own with low priority.</summary>
internal sealed partial class SegmentSealer : IDisposable
{
    /// <summary>How long compression may go on after the recorder was disposed. What is left is done by the next recorder of the folder.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetentionInterval = TimeSpan.FromMinutes(1);

    private readonly string _folder;
    private readonly RecordingOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly AutoResetEvent _signal = new(false);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Queue<SegmentFile> _ended;
    private readonly HashSet<SegmentFile> _kept = []; // plain files that are not deleted, because both files are damaged
    private long _stopAt = long.MaxValue; // of the machine's uptime, in milliseconds

    /// <param name="folder">The folder of the recording.</param>
    /// <param name="options">Whether to compress, and what to keep.</param>
    /// <param name="ended">Segments that an earlier recorder left.</param>
    /// <param name="logger">The log.</param>
    /// <param name="time">The clock for the age of segments.</param>
    public SegmentSealer(string folder, RecordingOptions options, IEnumerable<SegmentFile> ended, ILogger logger, TimeProvider time)
    {
        _folder = folder;
        _options = options;
        _logger = logger;
        _time = time;
        _ended = new Queue<SegmentFile>(ended);
        new Thread(Run) { IsBackground = true, Name = "HedgeTech.Ime sealer", Priority = ThreadPriority.BelowNormal }.Start();
    }

    private bool IsStopping => Volatile.Read(ref _stopAt) != long.MaxValue;

    private bool IsLate => Environment.TickCount64 > Volatile.Read(ref _stopAt);

    /// <summary>A segment has ended.</summary>
    public void Add(SegmentFile segment)
    {
        lock (_gate)
        {
            _ended.Enqueue(segment);
        }

        _signal.Set();
    }

    /// <summary>Ends the thread, after what can be done within a few seconds.</summary>
    public Task StopAsync()
    {
        Volatile.Write(ref _stopAt, Environment.TickCount64 + (long)StopWithin.TotalMilliseconds);
        _signal.Set();
        return _stopped.Task;
    }

    /// <summary>To be called after the thread has ended.</summary>
    public void Dispose() => _signal.Dispose();

    private void Run()
    {
        try
        {
            Queue<SegmentFile> waiting = [];
            bool isStopping;
            do
            {
                isStopping = IsStopping;
                TakeEnded(waiting);
                Seal(waiting);
                Retain();
                if (!isStopping)
                {
                    _signal.WaitOne(_options.RetainFor is null ? Timeout.InfiniteTimeSpan : RetentionInterval);
                }
            }
            while (!isStopping);
        }
        catch (Exception failure) // a defect: said aloud, and without taking the process with it
        {
            LogBroken(_logger, failure);
        }
        finally
        {
            _stopped.SetResult();
        }
    }

    private void TakeEnded(Queue<SegmentFile> waiting)
    {
        lock (_gate)
        {
            while (_ended.TryDequeue(out SegmentFile? segment))
            {
                waiting.Enqueue(segment);
            }
        }
    }

    private void Seal(Queue<SegmentFile> waiting)
    {
        for (int left = _options.Compress ? waiting.Count : 0; left > 0 && !IsLate; left--)
        {
            SegmentFile segment = waiting.Dequeue();
            try
            {
                long bytes = SealedFileWriter.Write(segment, () => IsLate);
                if (bytes > 0)
                {
                    LogSealed(_logger, segment.RelativePath, bytes);
                    DeletePlainBefore(segment.Name);
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ZstdException)
            {
                LogNotSealed(_logger, failure, segment.RelativePath);
                if (File.Exists(segment.FullPath))
                {
                    waiting.Enqueue(segment);
                }
            }
        }
    }

    /// <summary>
    /// A plain file is kept until the next segment has been compressed too, so that the newest data are on the disk twice for a while. The compressed file may have been damaged
    /// since it was written, so it is read first.
    /// </summary>
    private void DeletePlainBefore(SegmentName name)
    {
        ILookup<(SegmentName Name, string Date), SegmentFile> files = RecordingFolder.AllFiles(_folder).ToLookup(static file => (file.Name, file.Date));
        foreach (IGrouping<(SegmentName Name, string Date), SegmentFile> both in files.Where(one => one.Key.Name.CompareTo(name) < 0 && one.Any(static file => file.IsSealed)))
        {
            foreach (SegmentFile plain in both.Where(static file => !file.IsSealed))
            {
                DeleteOrReseal(plain);
            }
        }
    }

    private void DeleteOrReseal(SegmentFile plain)
    {
        if (IsLate || _kept.Contains(plain))
        {
            return;
        }

        if (!(plain with { IsSealed = true }).IsAsSealed())
        {
            Reseal(plain);
            return;
        }

        try
        {
            File.Delete(plain.FullPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(_logger, failure);
        }
    }

    /// <summary>Replaces a damaged compressed file, unless something is missing in the plain one too: then each may hold what the other lacks.</summary>
    private void Reseal(SegmentFile plain)
    {
        try
        {
            if (SegmentCheck.Of(plain, mayBeIncomplete: false) is not { } check)
            {
                return; // both files are gone
            }

            if (check.Damage.Any(damage => damage.File == plain.RelativePath))
            {
                _kept.Add(plain);
                LogBothDamaged(_logger, plain.RelativePath);
            }
            else if (SealedFileWriter.Write(plain, () => IsLate) > 0)
            {
                LogSealedAgain(_logger, plain.RelativePath);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ZstdException)
        {
            LogNotSealed(_logger, failure, plain.RelativePath);
        }
    }

    private void Retain()
    {
        try
        {
            if (_options.RetainFor is not null || _options.RetainBytes is not null)
            {
                Retention.Apply(_folder, _options, _time.GetUtcNow(), (file, reason) => LogDeleted(_logger, file.RelativePath, reason));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(_logger, failure);
        }
    }
}
