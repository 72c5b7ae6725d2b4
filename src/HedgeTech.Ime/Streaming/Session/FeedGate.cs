using HedgeTech.Ime.Connection.Receiving;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Events;
using HedgeTech.Ime.Streaming.Sinks;
using HedgeTech.Ime.Streaming.Supervision;
using HedgeTech.Ime.Telemetry;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>
/// The one lock of a feed. Every input to the heart, and every look at it, passes through here. What follows from an input happens outside the lock:
/// the sinks are called, the consumer is woken, the log is written, and the session is told of the end.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FeedGate : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly FeedSupervisor _supervisor;
    private readonly ConsumerGate _consumer = new();
    private readonly FeedTimer _timer;
    private readonly FeedLog _log;
    private readonly TimeProvider _timeProvider;
    private readonly bool _linesMayWait;
    private readonly Action _onEnded;
    private readonly SinkQueue? _sinkQueue;
    private bool _isEnded;

    /// <param name="supervisor">The heart. Nothing else may use it from now on.</param>
    /// <param name="options">The options of the feed.</param>
    /// <param name="services">The services that all feeds of the client share.</param>
    /// <param name="onEnded">Called once, outside the lock, when the feed has ended.</param>
    /// <param name="sinkQueue">What waits for the sinks, filled by the supervisor; null if the feed has no sinks.</param>
    public FeedGate(FeedSupervisor supervisor, FeedOptions options, FeedServices services, Action onEnded, SinkQueue? sinkQueue = null)
    {
        _supervisor = supervisor;
        _timeProvider = services.TimeProvider;
        _timer = new FeedTimer(services.TimeProvider, OnTimer);
        _log = new FeedLog(services.Logger, services.Meter);
        _linesMayWait = options.Overflow == FeedOverflow.Wait || sinkQueue is not null;
        _onEnded = onEnded;
        _sinkQueue = sinkQueue;
        Sinks = sinkQueue is null ? null : new SinkPump(sinkQueue, new SinkCaller(options.Sinks, services.TimeProvider), this);
    }

    public Moment Now => Moment.Now(_timeProvider);

    /// <summary>The log, for failed attempts. The gate itself writes the events of the feed.</summary>
    public FeedLog Log => _log;

    /// <summary>Calls the sinks; null if the feed has none.</summary>
    public SinkPump? Sinks { get; }

    /// <summary>Reads under the lock, and changes nothing in the heart.</summary>
    public T Read<T>(Func<FeedSupervisor, T> look)
    {
        lock (_lock)
        {
            return look(_supervisor);
        }
    }

    /// <summary>Reads the state and the counts of the feed for the meter.</summary>
    public FeedReading ReadMeter()
    {
        lock (_lock)
        {
            FeedStatistics statistics = _supervisor.Statistics;
            return new FeedReading(
                _supervisor.State,
                new FeedCounts(_supervisor.Messages, statistics.Bytes, statistics.Rejected, statistics.Dropped, statistics.SinkFailures),
                statistics.Waiting,
                Now.Utc - statistics.LastReceivedAt);
        }
    }

    /// <summary>Claims the one enumeration.</summary>
    /// <param name="consumer">The enumerator.</param>
    /// <param name="snapshotsOnly">Whether it takes only snapshots.</param>
    /// <exception cref="InvalidOperationException">The enumeration is already claimed.</exception>
    /// <exception cref="ObjectDisposedException">The feed was disposed after it had connected.</exception>
    public void Claim(IFeedConsumer consumer, bool snapshotsOnly)
    {
        lock (_lock)
        {
            _consumer.Claim(consumer);
            ObjectDisposedException.ThrowIf(_supervisor.End is { IsDisposal: true }, typeof(MarketFeed));
            if (snapshotsOnly)
            {
                _supervisor.KeepSnapshotsOnly();
            }
        }
    }

    /// <summary>Gives an input to the heart.</summary>
    public void Report(Action<FeedSupervisor> input) => Report(supervisor =>
    {
        input(supervisor);
        return true;
    });

    /// <summary>Gives an input to the heart and returns its answer.</summary>
    public T Report<T>(Func<FeedSupervisor, T> input)
    {
        T answer;
        IFeedConsumer? waiting;
        FeedEnd? end;
        TaskCompletionSource? space;
        bool callsSinks;
        lock (_lock)
        {
            answer = input(_supervisor);
            waiting = EndWait();
            end = _supervisor.End;
            SetTimer();
            space = _consumer.TakeSpace();
            callsSinks = _sinkQueue is { NeedsCaller: true };
        }

        if (callsSinks)
        {
            // Not on this thread: it may be the user's, or the timer's.
            Sinks!.RunElsewhere();
        }

        // Lines that wait for the consumer check again, because they may no longer have to wait.
        space?.TrySetResult();
        waiting?.Wake();
        try
        {
            WriteLog();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The log entry may concern someone other than this caller, who may not know what the input has started.
            Fail(failure);
            throw;
        }

        if (end is not null)
        {
            End(end);
        }

        return answer;
    }

    /// <summary>Gives messages of a line, all received at the same moment, to the heart in order, and clears them.</summary>
    public void Received(Line line, Span<ReadMessage> messages, Moment now)
    {
        IFeedConsumer? waiting;
        bool announces;
        SinkBatch? batch;
        lock (_lock)
        {
            foreach (ReadMessage message in messages)
            {
                if (message.Event is MarketSnapshot snapshot)
                {
                    _supervisor.Received(line, snapshot, message.Bytes, now, message.Frame);
                }
                else
                {
                    _supervisor.Rejected(line, (FrameRejected)message.Event, message.Bytes, now);
                }
            }

            messages.Clear();
            batch = _sinkQueue?.TryBegin();
            waiting = EndWait();
            announces = _supervisor.HasAnnouncements;
            if (_supervisor.IsTimerStale)
            {
                SetTimer();
            }
        }

        try
        {
            Follow(announces, waiting, wakesHere: batch is null);
        }
        finally
        {
            Sinks?.Run(batch);
        }
    }

    /// <summary>The sinks have seen a batch, so the consumer may have it. The caller then calls <see cref="Follow"/>.</summary>
    /// <param name="seen">The batch.</param>
    /// <param name="failures">How many calls of the sinks threw.</param>
    /// <param name="isLast">Whether another thread is to call the sinks from here on.</param>
    /// <param name="next">The next batch; null if there is none or another thread is to take it.</param>
    /// <param name="announces">Whether something waits for the log.</param>
    /// <returns>The consumer, if it has to be woken.</returns>
    public IFeedConsumer? Pass(SinkBatch seen, int failures, bool isLast, out SinkBatch? next, out bool announces)
    {
        IFeedConsumer? waiting;
        TaskCompletionSource? space;
        lock (_lock)
        {
            _supervisor.Pass(seen, failures);
            next = _sinkQueue!.Next(seen, isLast);
            announces = _supervisor.HasAnnouncements;
            waiting = EndWait();
            space = _consumer.TakeSpace();
        }

        space?.TrySetResult();
        return waiting;
    }

    /// <summary>Writes the log and wakes the consumer, on this thread if that is wanted and the thread receives.</summary>
    public void Follow(bool announces, IFeedConsumer? waiting, bool wakesHere)
    {
        try
        {
            if (announces)
            {
                WriteLog();
            }
        }
        finally
        {
            // Even if the log throws: the wait of the consumer has ended, so it must be woken.
            if (waiting is not null && !(wakesHere && ReceivingThread.TryRun(static consumer => consumer.WakeHere(), waiting)))
            {
                waiting.Wake();
            }
        }
    }

    /// <summary>Returns a task that completes when the line should check again whether it may read; null if it may read now. A line that is being closed reads to its end, so that nothing already sent is lost.</summary>
    public Task? WaitForSpace(Line line)
    {
        if (!_linesMayWait)
        {
            return null;
        }

        lock (_lock)
        {
            return _supervisor.MustWait && !line.IsClosing ? _consumer.WaitForSpace() : null;
        }
    }

    /// <inheritdoc cref="IEventSource.TryTake"/>
    public bool TryTake(bool wait, out FeedEvent? taken, out FeedEnd? end)
    {
        TaskCompletionSource? space = null;
        lock (_lock)
        {
            end = _supervisor.End;
            if (end is not null && end.Failure is null)
            {
                // The feed was cancelled or disposed, so the caller wants nothing more.
                taken = null;
                return true;
            }

            if (_supervisor.TryTake(out taken))
            {
                end = null;
                if (_linesMayWait && !_supervisor.MustWait)
                {
                    space = _consumer.TakeSpace();
                }
            }
            else if (end is null || (wait && _supervisor.HasUnseen))
            {
                _consumer.FoundNothing(wait);
                return false;
            }
        }

        space?.TrySetResult();
        return true;
    }

    public void StartTimer()
    {
        lock (_lock)
        {
            _timer.Start();
            SetTimer();
        }
    }

    /// <summary>Ends the feed with an unexpected failure, so that it does not end silently.</summary>
    public void Fail(Exception failure) => End(new FeedEnd(failure));

    /// <summary>Ends the feed; later calls have no effect. Returns at once.</summary>
    public void End(FeedEnd end)
    {
        IFeedConsumer? waiting;
        TaskCompletionSource? space;
        lock (_lock)
        {
            _supervisor.EndBy(end);
            _supervisor.AbandonUpdate(EndedException(_supervisor.End!));
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
            _timer.Stop();
            waiting = EndWait();
            space = _consumer.TakeSpace();
        }

        space?.TrySetResult();
        waiting?.Wake();
        _onEnded();
    }

    /// <summary>Disposes the timer, once the feed has ended.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    /// <summary>Creates the exception for a call after the end of the feed.</summary>
    public static Exception EndedException(FeedEnd? end) => end switch
    {
        { Failure: { } failure } => new InvalidOperationException($"The feed has ended: {failure.Message}", failure),
        { Cancellation.IsCancellationRequested: true } => new InvalidOperationException("The feed has ended: its enumeration was cancelled."),
        _ => new ObjectDisposedException(nameof(MarketFeed)),
    };

    private void OnTimer()
    {
        try
        {
            lock (_lock)
            {
                _timer.Fired();
            }

            Report(supervisor => supervisor.Tick(Now));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Unhandled on a pool thread, it would end the process. A logger that throws is enough for that.
            Fail(failure);
        }
    }

    // Under the lock.
    private IFeedConsumer? EndWait() => _consumer.EndWait(_supervisor.HasNews);

    // Under the lock.
    private void SetTimer()
    {
        Moment now = Now;
        _timer.Set(_supervisor.NextDue(now), now);
    }

    private void WriteLog()
    {
        while (true)
        {
            FeedEvent? announcement;
            (FeedDiagnostic Diagnostic, int Connection) diagnostic = default;
            long rejected;
            lock (_lock)
            {
                if (!_supervisor.TryTakeAnnouncement(out announcement) && !_supervisor.TryTakeDiagnostic(out diagnostic))
                {
                    return;
                }

                rejected = _supervisor.Statistics.Rejected;
            }

            if (announcement is not null)
            {
                _log.Write(announcement, rejected);
            }
            else
            {
                _log.Write(diagnostic.Diagnostic, diagnostic.Connection);
            }
        }
    }
}
