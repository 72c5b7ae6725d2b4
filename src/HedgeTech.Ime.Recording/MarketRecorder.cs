using HedgeTech.Ime.Recording.Format;
using HedgeTech.Ime.Recording.Hosting;
using HedgeTech.Ime.Recording.Reading;
using HedgeTech.Ime.Recording.Sealing;
using HedgeTech.Ime.Recording.Writing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HedgeTech.Ime.Recording;

/// <summary>Writes a feed to files: every message as it was received, and every event. Add the recorder to <see cref="FeedOptions.Sinks"/>. <see cref="ReplaySource"/> reads the files.</summary>
/// <remarks>
/// <para>
/// Messages reach the recorder before the consumer of the feed, so a slow consumer costs the recording nothing. The stream never waits for the disk, unless
/// <see cref="RecordingOptions.WriteInterval"/> is zero. If the disk cannot keep up, the recorder counts what it loses, notes the number in the recording, and reports it
/// in <see cref="RecorderStatistics.Lost"/>. Recording resumes automatically when the disk can be written again.
/// </para>
/// <para>A recorder writes one feed at a time to one folder. A message longer than 64 MiB counts as lost.</para>
/// <para>Thread-safe. Dispose of the recorder after the feed. A recorder that recorded nothing leaves the folder as it was.</para>
/// </remarks>
public sealed partial class MarketRecorder : IFeedSink, IAsyncDisposable
{
    /// <summary>How many bytes may wait for the disk.</summary>
    internal const long MaxPendingBytes = 64L * 1024 * 1024;

    private readonly RecordingOptions _options;
    private readonly RecordBuffer _buffer;
    private readonly RecordWriter _writer;
    private readonly SegmentSealer _sealer;
    private readonly FolderLock _lock;
    private readonly ILogger _logger;
    private readonly Lock _disposeGate = new();
    private Task? _disposal;
    private volatile bool _isDisposed;
    private long _writeTimeouts;
    private long _awaited = -1; // what had been added when waiting took too long; negative while waiting works

    /// <summary>Locks a folder and starts to record to it. The first message or event creates the first file.</summary>
    /// <param name="folder">The folder. It is created if it does not exist. If it already contains a recording, the recorder continues it.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="loggerFactory">Creates the logger; null for no log.</param>
    /// <param name="timeProvider">The clock; null for the system clock.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty, or an option is out of range.</exception>
    /// <exception cref="IOException">Another recorder writes to the folder (the message names its process), or the folder cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The process has no permission to write to the folder.</exception>
    public MarketRecorder(string folder, RecordingOptions? options = null, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
        : this(folder, options, loggerFactory, timeProvider, SegmentFileOnDisk.Create, MaxPendingBytes)
    {
    }

    internal MarketRecorder(string folder, RecordingOptions? options, ILoggerFactory? loggerFactory, TimeProvider? timeProvider, Func<string, ISegmentFile> create, long maxPendingBytes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _options = (options ?? new RecordingOptions()).CopyAndValidate(nameof(options));
        _logger = new QuietLogger((loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<MarketRecorder>());
        TimeProvider time = timeProvider ?? TimeProvider.System;
        Folder = Path.GetFullPath(folder);
        _buffer = new RecordBuffer(maxPendingBytes, wakesOnBatch: _options.WriteInterval == TimeSpan.Zero);
        _lock = new FolderLock(Folder, time);
        try
        {
            (SegmentName? last, SegmentFile[] unsealed) = Recover();
            _sealer = new SegmentSealer(Folder, _options, unsealed, _logger, time);
            _writer = new RecordWriter(_options, _buffer, new SegmentSequence(Folder, last, _buffer, create, time), _lock, _sealer.Add, _logger, time);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }

        RecorderMeter.Begin(this, time);
    }

    /// <summary>The full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>What has been recorded so far.</summary>
    public RecorderStatistics Statistics
    {
        get
        {
            WriterState state = _writer.State;
            return new RecorderStatistics
            {
                Snapshots = state.Snapshots,
                Events = state.Events,
                Bytes = state.Bytes,
                Lost = _buffer.Lost,
                Segments = state.Segments,
                WriteTimeouts = Interlocked.Read(ref _writeTimeouts),
                LastFlushedAt = state.LastFlushedAt,
                Failure = state.Failure,
            };
        }
    }

    /// <summary>Records a snapshot. Called by the feed.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="frame">The message as it was received.</param>
    /// <exception cref="ArgumentNullException"><paramref name="snapshot"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The recorder has been disposed of.</exception>
    public void OnSnapshot(MarketSnapshot snapshot, ReadOnlySpan<byte> frame)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_buffer.AddFrame(snapshot, frame))
        {
            _writer.Wake();
        }
    }

    /// <summary>Records an event. Called by the feed.</summary>
    /// <param name="feedEvent">The event. A <see cref="SnapshotsDropped"/> is recorded as a note that snapshots are missing.</param>
    /// <exception cref="ArgumentNullException"><paramref name="feedEvent"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="feedEvent"/> is a snapshot, which <see cref="OnSnapshot"/> records.</exception>
    /// <exception cref="ObjectDisposedException">The recorder has been disposed of.</exception>
    public void OnEvent(FeedEvent feedEvent)
    {
        ArgumentNullException.ThrowIfNull(feedEvent);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        switch (feedEvent)
        {
            case MarketSnapshot:
                throw new ArgumentException("A snapshot is recorded by OnSnapshot, with its message.", nameof(feedEvent));
            case SnapshotsDropped late:
                if (late.Count > 0 && _buffer.AddLate(late.Count, late.ReceivedAt.UtcTicks))
                {
                    _writer.Wake();
                }

                return;
            case FeedConnected connected:
                Know(connected.Contracts);
                break;
            case FeedInterrupted interrupted:
                Know(interrupted.Contracts);
                break;
            default:
                break;
        }

        if (_buffer.AddEvent(feedEvent.ReceivedAt.UtcTicks, EventText.Write(feedEvent)))
        {
            _writer.Wake();
        }
    }

    /// <summary>Waits until everything is written if <see cref="RecordingOptions.WriteInterval"/> is zero. Called by the feed.</summary>
    public void OnBatchEnd()
    {
        if (_options.WriteInterval > TimeSpan.Zero || _isDisposed)
        {
            return;
        }

        if (_buffer.EndBatch(out long added))
        {
            _writer.Wake();
        }

        if (_awaited >= 0)
        {
            if (_writer.Written.Value < _awaited)
            {
                _awaited = added;
                return;
            }

            _awaited = -1;
            LogCaughtUp(_logger);
        }

        if (!_writer.Written.Wait(added, _options.WriteTimeout))
        {
            _awaited = added;
            Interlocked.Increment(ref _writeTimeouts);
            LogSlow(_logger, _options.WriteTimeout.TotalSeconds);
        }
    }

    /// <summary>Ends the segment, because the feed has ended. Called by the feed.</summary>
    /// <param name="exception">The exception that ended the feed.</param>
    public void OnEnd(Exception? exception)
    {
        if (!_isDisposed && _buffer.AddEndOfFeed())
        {
            _writer.Wake();
        }
    }

    /// <summary>Waits until everything received so far is on the disk.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ObjectDisposedException">The recorder has been disposed of.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _writer.FlushAsync().WaitAsync(cancellationToken);
    }

    /// <summary>Writes the rest, ends the segment, compresses it if that takes no more than a few seconds, and releases the folder.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_disposeGate)
        {
            _isDisposed = true;
            _disposal ??= StopAsync();
        }

        return new ValueTask(_disposal);
    }

    /// <summary>One line: where to, and the statistics.</summary>
    public override string ToString() => $"{Folder}: {Statistics}";

    private async Task StopAsync()
    {
        await Task.Yield();
        await _writer.StopAsync().ConfigureAwait(false);
        RecorderMeter.End(this);
        await _sealer.StopAsync().ConfigureAwait(false);
        _writer.Dispose();
        _sealer.Dispose();
        _lock.Dispose();
    }

    /// <summary>Puts right what a crash has left, and returns the last segment and those that are not compressed.</summary>
    private (SegmentName? Last, SegmentFile[] Unsealed) Recover()
    {
        foreach (string unfinished in RecordingFolder.DateFolders(Folder).SelectMany(static date => Directory.EnumerateFiles(date, $"*{SegmentName.Unfinished}")))
        {
            File.Delete(unfinished);
        }

        SegmentFile[][] segments = [.. RecordingFolder.AllFiles(Folder).GroupBy(static file => file.Name).OrderBy(static files => files.Key).Select(static files => files.ToArray())];
        SegmentFile[] unsealed = [.. segments.Where(static files => files.Length == 1 && !files[0].IsSealed).Select(static files => files[0])];
        if (unsealed.LastOrDefault() is { } last && TornTail.Cut(last) is var torn and > 0)
        {
            LogTorn(_logger, Folder, torn);
        }

        foreach (SegmentFile empty in unsealed.Where(static segment => new FileInfo(segment.FullPath).Length == 0))
        {
            File.Delete(empty.FullPath);
        }

        return (segments.Length == 0 ? null : segments[^1][0].Name, [.. unsealed.Where(static segment => File.Exists(segment.FullPath))]);
    }

    private void Know(ContractSet contracts)
    {
        foreach (ContractKey contract in contracts)
        {
            _buffer.IndexOf(contract);
        }
    }
}
