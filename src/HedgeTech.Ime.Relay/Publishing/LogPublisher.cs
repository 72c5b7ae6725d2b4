using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>
/// One publisher: stands by, leads, and stands by again. A synchronous state machine with no clock, thread or Redis client. The caller performs <see cref="NextRequest"/>,
/// keeps a line to the service open while <see cref="WantsLine"/>, and tells what it brings.
/// </summary>
internal sealed class LogPublisher
{
    /// <summary>How far the lines of two publishers may be apart.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PairingLasts = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    private readonly Lease _lease;
    private readonly Outbox _outbox;
    private readonly HotStandby? _hot;
    private readonly Func<ulong> _newSession;
    private readonly OwnEvents _events;
    private readonly OpenInterruptions _line = new(); // of the line, whether or not this publisher leads
    private OpenInterruptions _before = new(); // of the leader before, when this publisher began to lead
    private int _epoch;
    private TimeSpan _publishNotBefore;
    private LogPosition _confirmed;
    private FeedInterrupted? _announced; // by Announce, and not ended yet
    private bool _isLineKnown; // whether each connection of the line has been up or has reported an interruption of its own
    private bool _isStopping;
    private bool _isLeading;
    private TimeSpan? _caughtUpAt;

    /// <param name="settings">The length of the lease.</param>
    /// <param name="identity">What makes this publisher distinct.</param>
    /// <param name="events">Makes the events of the relay's own.</param>
    /// <param name="hot">The comparison of line and log, if the standby is hot.</param>
    /// <param name="window">How many entries may be on their way.</param>
    /// <param name="maximumBytes">How many bytes may wait for Redis.</param>
    public LogPublisher(RelaySettings settings, PublisherIdentity identity, OwnEvents events, HotStandby? hot = null, int window = 32, long maximumBytes = 64 * 1024 * 1024)
    {
        _lease = new Lease(settings.Lease, identity.Owner, identity.NewTerm);
        _outbox = new Outbox(window, maximumBytes);
        _newSession = identity.NewSession;
        _events = events;
        _hot = hot;
        WantsLine = hot is not null;
    }

    public bool IsLeading => _lease.IsHeld;

    public Term Term => _lease.Term;

    public TimeSpan Deadline => _lease.Deadline;

    /// <summary>Whether a line to the service is to be open.</summary>
    public bool WantsLine { get; private set; }

    /// <summary>Changes when the line is to be closed and another to be opened.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Whether the log is to be read: by a hot standby until it leads.</summary>
    public bool ReadsLog => _hot is not null && !IsStopped && (!IsLeading || _caughtUpAt is null);

    public bool IsStopped { get; private set; }

    /// <summary>Set if the log is of another format or of other contracts, or something else uses its keys.</summary>
    public ScriptAnswer? Refusal { get; private set; }

    /// <summary>Whether a standby could lead without a gap.</summary>
    public bool IsReady => _hot?.IsReady ?? true;

    public long Dropped => _outbox.Dropped;

    public long WaitingBytes => _outbox.Bytes;

    /// <summary>When the oldest item that is not confirmed was received, in UTC ticks; null if everything is confirmed.</summary>
    public long? OldestReceivedAt => _outbox.OldestReceivedAt;

    public LogPosition Confirmed => _confirmed;

    private bool IsComplete => _outbox.IsEmpty && (_hot is null || (_caughtUpAt is not null && !_hot.HasPending));

    public PublisherRequest? NextRequest(TimeSpan now)
    {
        if (IsStopped)
        {
            return null;
        }

        if (_isStopping && _outbox.IsEmpty)
        {
            _lease.Release();
        }

        if (_lease.Next(_outbox.ConfirmedNumber, IsComplete, IsReady, now) is { } control)
        {
            return new PublisherRequest(control, _epoch);
        }

        bool mayPublish = _lease.MayPublish(now) && now >= _publishNotBefore && (_hot is null || _caughtUpAt is not null);
        return mayPublish && _outbox.Next(_lease.Term) is { } publish ? new PublisherRequest(publish, _epoch) : null;
    }

    public void Answered(PublisherRequest request, ScriptAnswer answer, TimeSpan now)
    {
        if (request.Script is PublishRequest publish)
        {
            Published(publish, request.Epoch, answer, now);
            return;
        }

        Act(_lease.Answered(request.Script, answer, now), answer, now);
    }

    /// <summary>A request got no answer, or an error that says nothing of whether it was applied.</summary>
    public void Failed(PublisherRequest request, TimeSpan now)
    {
        if (request.Script is not PublishRequest)
        {
            Act(_lease.Failed(request.Script, now), default, now);
        }
        else if (request.Epoch == _epoch)
        {
            _epoch++;
            _outbox.Rewind();
            _publishNotBefore = now + RetryDelay;
        }
    }

    /// <summary>The line brings a message.</summary>
    public void LineMessage(int line, OutItem item, TimeSpan now)
    {
        if (line != LineNumber || !WantsLine)
        {
            return;
        }

        if (_hot is not null && (!IsLeading || _caughtUpAt is null || _hot.IsPairing))
        {
            _hot.LineShows(item, now);
            Flush(now);
        }
        else if (IsLeading)
        {
            Add(item);
        }
    }

    /// <summary>The line reports an event.</summary>
    public void LineEvent(int line, OutItem item, TimeSpan now)
    {
        if (line != LineNumber || !WantsLine)
        {
            return;
        }

        _line.See(item.Item);
        if (IsLeading && (_hot is null || _caughtUpAt is not null))
        {
            Flush(now, mayWait: false); // the event must not overtake what came before it
            _outbox.Add(item);
        }
    }

    /// <summary>All connections of the line are up, or one of them is down. It is known if each has been up or has reported an interruption of its own.</summary>
    public void LineIsUp(int line, bool isUp, bool isKnown, TimeSpan now)
    {
        if (line == LineNumber)
        {
            _isLineKnown = isKnown;
            _hot?.LineIsUp(isUp, isStandby: !IsLeading || _caughtUpAt is null, now);
        }
    }

    /// <summary>Takes what the reader of a hot standby has read, and does what time has made due.</summary>
    public void Tick(TimeSpan now)
    {
        if (ReadsLog && _hot!.Read(_lease.Term, now))
        {
            CaughtUp(now);
        }

        Flush(now);
    }

    /// <summary>Publishes what was received, gives the lease back and stops.</summary>
    public void Stop(TimeSpan now)
    {
        _isStopping = true;
        Flush(now, mayWait: false);
        ChangeLine(isWanted: false);
        if (!IsLeading || (_hot is not null && _caughtUpAt is null))
        {
            _lease.Release();
            IsStopped = !IsLeading;
        }
    }

    private void Published(PublishRequest publish, int epoch, ScriptAnswer answer, TimeSpan now)
    {
        if (publish.Term != _lease.Term)
        {
            return;
        }

        if (answer.Status is ScriptStatus.Ok or ScriptStatus.Done)
        {
            Confirm(answer);
        }
        else if (epoch == _epoch)
        {
            // A hole before an entry that is not the first unconfirmed one only means that the one before it did not arrive.
            if (answer.Status == ScriptStatus.Hole && answer.Number >= _outbox.ConfirmedNumber)
            {
                _epoch++;
                _outbox.Rewind();
                _publishNotBefore = now + RetryDelay;
            }
            else
            {
                _lease.Doubt();
            }
        }
    }

    private void Act(LeaseEvent happened, ScriptAnswer answer, TimeSpan now)
    {
        switch (happened)
        {
            case LeaseEvent.Began:
                if (_isLeading)
                {
                    StandBy(now); // somebody else may have led in between
                }

                _isLeading = true;
                Begin(answer);
                break;
            case LeaseEvent.Continued:
                _epoch++;
                _outbox.Continue(answer.Previous.Number, answer.Number);
                _confirmed = new LogPosition(_lease.Term, answer.Number, answer.Milliseconds);
                _outbox.Restate(OpenInterruptions.Read(answer.Open), _events.End);
                _outbox.Introduce(); // readers learn of lost events that need no restating
                break;
            case LeaseEvent.Renewed:
                Confirm(answer);
                break;
            case LeaseEvent.Recovered:
                Confirm(answer);
                _epoch++;
                _outbox.Rewind();
                break;
            case LeaseEvent.Lost:
                StandBy(now);
                IsStopped = _isStopping;
                break;
            case LeaseEvent.Released:
                IsStopped = true;
                break;
            case LeaseEvent.Refused:
                Refusal = answer;
                IsStopped = true;
                break;
        }
    }

    private void Confirm(ScriptAnswer answer)
    {
        _outbox.Confirm(answer.Number);
        if (answer.Number == _outbox.ConfirmedNumber)
        {
            _confirmed = new LogPosition(_lease.Term, answer.Number, answer.Milliseconds);
        }
    }

    private void Begin(ScriptAnswer answer)
    {
        _epoch++;
        _before = OpenInterruptions.Read(answer.Open);
        _outbox.Begin(_newSession(), answer.Number, answer.Open);
        _confirmed = new LogPosition(_lease.Term, answer.Number, answer.Milliseconds);
        _publishNotBefore = TimeSpan.Zero;
        _announced = null;
        _caughtUpAt = null;
        if (_hot is null)
        {
            // A line opened now brings nothing that an earlier leader can have published.
            ChangeLine(isWanted: true);
            Announce();
        }
    }

    private void ChangeLine(bool isWanted)
    {
        WantsLine = isWanted;
        LineNumber++;
        _isLineKnown = false;
        _line.Clear();
    }

    private void CaughtUp(TimeSpan now)
    {
        _caughtUpAt = now;
        if (!IsReady)
        {
            Announce();
        }
        else
        {
            EndBefore(static _ => true);
        }

        foreach (FeedInterrupted interrupted in _line.All)
        {
            _outbox.Add(OwnEvents.Item(interrupted));
        }

        _outbox.Introduce(); // readers end what the leader before interrupted and Redis has lost
    }

    private void Flush(TimeSpan now, bool mayWait = true)
    {
        if (_hot is null || !IsLeading || _caughtUpAt is not { } since || !_hot.IsPairing)
        {
            return;
        }

        foreach (OutItem item in _hot.TakePending(patient: mayWait && now < since + Patience))
        {
            Add(item);
        }

        if (now >= since + PairingLasts)
        {
            _hot.EndPairing();
        }
    }

    private void Add(OutItem item)
    {
        if (_announced is { } interrupted && _isLineKnown)
        {
            _announced = null;
            _outbox.Add(_events.Resumed(interrupted, _lease.SilentBefore ?? TimeSpan.Zero, _before));
        }

        _outbox.Add(item);
    }

    private void Announce()
    {
        _announced = _events.Interrupted(isFirst: _lease.SilentBefore is null, isAgain: _lease.LeadsAgain);
        _outbox.Add(OwnEvents.Item(_announced));
        EndBefore(static interrupted => interrupted.Connection != 0); // 0 ends with the first message behind which no connection misses any unannounced
    }

    /// <summary>Ends what was interrupted in the line of the leader before, which is gone. Nobody else would.</summary>
    private void EndBefore(Func<FeedInterrupted, bool> which)
    {
        foreach (FeedInterrupted interrupted in _before.All.Where(which))
        {
            _outbox.Add(_events.End(interrupted));
        }
    }

    private void StandBy(TimeSpan now)
    {
        _epoch++;
        _isLeading = false;
        if (_hot is null)
        {
            ChangeLine(isWanted: false);
        }
        else if (_caughtUpAt is not null)
        {
            _hot.StandBy(_confirmed, _outbox.Confirmed, _outbox.UnconfirmedMessages(), now);
        }

        _caughtUpAt = null;
        _outbox.Begin(0, 0, OpenInterruptions.None);
    }
}
