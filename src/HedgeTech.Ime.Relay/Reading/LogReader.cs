using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Reading;

/// <summary>
/// Reads the log: pushes as they come, ranges where pushes are missing, and the newest messages where the log cannot be continued. A synchronous state machine with no clock,
/// thread or Redis client. The caller performs <see cref="NextRequest"/> and takes the items; a range is read only when everything before it has been taken.
/// </summary>
internal sealed class LogReader
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly PushRing _ring;
    private readonly TimeSpan _heartbeatTimeout;
    private readonly FeedTracker _feed = new();
    private readonly LogRange _range;
    private readonly Queue<ReadItem> _ready;
    private LogPosition _position;
    private LogEntry? _beat;
    private long? _from;
    private int _lastId;
    private int _outstanding;
    private int _subscription;
    private bool _subscribed;
    private bool _isLevel;
    private bool _interrupted;
    private TimeSpan _notBefore;
    private TimeSpan _lastAlive;
    private TimeSpan? _unansweredSince; // when the first of the reads was asked for that have brought no answer

    /// <summary>Creates a reader that begins with the newest message of each contract, or at the time <paramref name="from"/> (ms since 1970), if the log reaches back so far.</summary>
    public LogReader(PushRing ring, TimeSpan heartbeatTimeout, TimeSpan now, long? from = null)
    {
        _ring = ring;
        _heartbeatTimeout = heartbeatTimeout;
        _lastAlive = now;
        _from = from;
        _range = new LogRange(_feed);
        _ready = _feed.Ready;
    }

    /// <summary>Where the reader is; none before the first read.</summary>
    public LogPosition Position => _position;

    /// <summary>Whether the reader has everything that the log had at the last look.</summary>
    public bool IsLevel => _isLevel && _ready.Count == 0 && _range.IsEmpty;

    /// <summary>Whether an interruption has been announced and is not over.</summary>
    public bool IsInterrupted => _interrupted;

    /// <summary>When the last heartbeat came that said that the log has everything that its leader has received.</summary>
    public TimeSpan? LastComplete { get; private set; }

    /// <summary>Goes on from a place where this publisher itself wrote.</summary>
    public void StartAt(LogPosition position, FeedPosition feed, TimeSpan now)
    {
        Forget();
        _position = position;
        _feed.StartAt(feed);
        _subscribed = false;
        _outstanding = 0;
        _interrupted = false;
        _ready.Clear();
        _lastAlive = now;
    }

    public ReaderRequest? NextRequest(TimeSpan now)
    {
        if (_outstanding != 0 || now < _notBefore || (_subscribed && (_ready.Count > 0 || !_range.IsEmpty)))
        {
            return null;
        }

        ReaderRequestKind kind;
        LogPosition after = _position;
        if (!_subscribed)
        {
            kind = ReaderRequestKind.Subscribe;
            _subscription = _lastId + 1;
            _isLevel = false; // what was pushed before the new subscription is not known
        }
        else if (_position.IsNone)
        {
            kind = _from is null ? ReaderRequestKind.Snapshot : ReaderRequestKind.RangeAndLast;
            after = new LogPosition(Term.None, 0, Math.Max(_from ?? 0, 0)); // Redis refuses negative times
        }
        else if (!_isLevel)
        {
            kind = _range.WasTrimmed ? ReaderRequestKind.RangeAndLast : ReaderRequestKind.Range;
        }
        else
        {
            return null;
        }

        // What was pushed before a read is in what is read, unless Redis has lost it.
        _ring.Clear();
        _beat = null;
        _outstanding = ++_lastId;
        _unansweredSince = _subscribed ? _unansweredSince ?? now : null;
        return new ReaderRequest(_outstanding, kind, after);
    }

    public void Subscribed(int request, TimeSpan now)
    {
        if (Take(request))
        {
            _subscribed = true;
            _isLevel = false;
            _lastAlive = now;
        }
    }

    /// <summary>A request got no answer.</summary>
    public void Failed(int request, TimeSpan now)
    {
        if (Take(request))
        {
            _notBefore = now + RetryDelay;
        }
    }

    /// <summary>The connection with this subscription has broken.</summary>
    public void ConnectionLost(int subscription, TimeSpan now)
    {
        if (subscription == _subscription && _subscribed)
        {
            Unsubscribe(now);
        }
    }

    /// <summary>A push came, by the subscription of this request.</summary>
    public void Received(int subscription, LogEntry push, TimeSpan now)
    {
        if (subscription != _subscription)
        {
            return;
        }

        _lastAlive = now;
        LastComplete = push.IsComplete ? now : LastComplete;
        if (push.Kind == EntryKind.Heartbeat)
        {
            _beat = push;
        }
        else
        {
            _beat = null;
            _ring.Add(push);
        }
    }

    /// <summary>A read was answered.</summary>
    public void Answered(ReaderRequest request, ReaderAnswer answer, TimeSpan now)
    {
        if (!Take(request.Id))
        {
            return;
        }

        _unansweredSince = null;
        if (request.Kind == ReaderRequestKind.Snapshot)
        {
            SnapshotRead(answer, now);
        }
        else
        {
            RangeRead(answer, now);
        }
    }

    public void Tick(TimeSpan now)
    {
        bool isSilent = now - _lastAlive >= _heartbeatTimeout;
        if (!isSilent && !(now - _unansweredSince >= _heartbeatTimeout))
        {
            return;
        }

        Interrupt(isSilent ? "No heartbeat arrives from a publisher." : "Redis does not answer a read of the log.");
        if (_subscribed && _outstanding == 0)
        {
            Unsubscribe(now); // what is asked at the moment ends by itself, and another subscription would only wait for that
        }
    }

    public bool TryTake(out ReadItem item)
    {
        while (!_ready.TryDequeue(out item))
        {
            if (_range.TryTake(out LogEntry? entry))
            {
                _isLevel = _range.IsAtTop && !_ring.HasOverflowed;
                Advance(entry);
            }
            else if (!_isLevel || _position.IsNone || !TryStep())
            {
                return false;
            }
        }

        return true;
    }

    private bool TryStep()
    {
        if (_ring.HasOverflowed)
        {
            _isLevel = false;
            return false;
        }

        if (_ring.TryTake(out LogEntry? push))
        {
            if (push.Continues(_position))
            {
                Advance(push);
            }
            else if (!push.IsBehind(_position))
            {
                _isLevel = false;
            }

            return true;
        }

        if (_beat is { } beat)
        {
            _beat = null;
            if (beat.IsBehind(_position))
            {
                Resume();
            }
            else
            {
                _isLevel = false;
            }

            return true;
        }

        return false;
    }

    private void SnapshotRead(ReaderAnswer answer, TimeSpan now)
    {
        if (answer.Top is not { } top)
        {
            _notBefore = now + RetryDelay;
            return;
        }

        Resume();
        _position = top.Position;
        _isLevel = !_ring.HasOverflowed;
        _feed.Restart(top, answer.Last);
    }

    private void RangeRead(ReaderAnswer answer, TimeSpan now)
    {
        if (_position.IsNone)
        {
            StartFromTime(answer, now);
        }
        else if (_range.Continue(answer, ref _position) is { } reason)
        {
            _ready.Enqueue(new ReadItem(ReadKind.Broken));
            Interrupt(reason);
            Forget();
        }
        else
        {
            _isLevel = _range.IsAtTop && !_ring.HasOverflowed;
        }
    }

    private void StartFromTime(ReaderAnswer answer, TimeSpan now)
    {
        if (answer is { Top: { } top, Entries.Count: > 0 })
        {
            Resume();
            _position = _range.Begin(answer.Entries, top);
            _isLevel = false;
            _feed.Reconcile(top);
        }
        else
        {
            SnapshotRead(answer, now);
        }

        _from = _position.IsNone ? _from : null; // without a log, the reader asks again
    }

    private void Advance(LogEntry entry)
    {
        Resume();
        _position = entry.Position;
        if (entry.Kind == EntryKind.Barrier)
        {
            _ready.Enqueue(new ReadItem(ReadKind.Barrier, Position: entry.Position));
        }
        else
        {
            _feed.Pass(entry);
        }
    }

    private bool Take(int request)
    {
        if (request != _outstanding)
        {
            return false;
        }

        _outstanding = 0;
        return true;
    }

    private void Unsubscribe(TimeSpan now)
    {
        _subscribed = false;
        _isLevel = false;
        _outstanding = 0;
        _notBefore = now;
    }

    private void Forget()
    {
        _position = LogPosition.None;
        _range.Clear();
        _ring.Clear();
        _beat = null;
        _isLevel = false;
    }

    private void Interrupt(string reason)
    {
        if (!_interrupted)
        {
            _interrupted = true;
            _ready.Enqueue(new ReadItem(ReadKind.Interrupted, Reason: reason));
        }
    }

    private void Resume()
    {
        if (_interrupted)
        {
            _interrupted = false;
            if (!_feed.IsInterrupted)
            {
                _ready.Enqueue(new ReadItem(ReadKind.Resumed));
            }
        }
    }
}
