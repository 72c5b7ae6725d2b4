using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Publishing;

/// <summary>Acquires, renews and gives back the lease. One request at a time. Decides whether leadership continues after a doubt or begins again.</summary>
internal sealed class Lease(TimeSpan duration, ulong owner, Func<Term> newTerm)
{
    private const int MaximumUnanswered = 1_000; // about a minute without Redis

    private readonly TimeSpan _renewEvery = TimeSpan.FromTicks(Math.Min(duration.Ticks / 4, TimeSpan.TicksPerSecond / 2));
    private readonly TimeSpan _pollEvery = TimeSpan.FromTicks(Math.Min(duration.Ticks / 10, TimeSpan.TicksPerSecond / 20));
    private readonly Queue<Term> _unanswered = []; // the terms of the last attempts that may have acquired the lease without an answer
    private long _unansweredCount; // with those that are no longer kept
    private LogPosition _end; // of the log, by the last answer
    private ScriptRequest? _request;
    private TimeSpan _sentAt;
    private TimeSpan _due;
    private TimeSpan? _emptySince;
    private TimeSpan? _freeSince;
    private bool _isDoubtful;
    private bool _mustReacquire;
    private bool _isReleasing;
    private bool _wasAnswered; // the last request
    private Term _led; // the last term that this publisher led under
    private bool _isEndOwn; // whether this publisher left the end of the log behind, rather than another
    private bool _knowsEnd; // of the log: a first attempt whose answer is lost would hide how old it is

    /// <summary>The term that this publisher leads under; none if it does not lead.</summary>
    public Term Term { get; private set; }

    /// <summary>Until when nobody else can have acquired the lease, unless Redis has lost it.</summary>
    public TimeSpan Deadline { get; private set; }

    /// <summary>How long the log had brought nothing when this publisher began to lead; null if there was no log.</summary>
    public TimeSpan? SilentBefore { get; private set; }

    /// <summary>Whether nobody else is known to have led since this publisher did: Redis lost data, or answers.</summary>
    public bool LeadsAgain { get; private set; }

    public bool IsHeld => Term != Term.None;

    /// <summary>Whether entries may be sent. A leader that wakes up behind its deadline asks for the lease before anything else.</summary>
    public bool MayPublish(TimeSpan now) => IsHeld && !_isDoubtful && !_mustReacquire && !_isReleasing && now < Deadline;

    /// <summary>The next request for the lease; null if none is due or one is on its way.</summary>
    /// <param name="confirmed">The last entry that Redis has confirmed.</param>
    /// <param name="isComplete">Whether the log has everything that this publisher has received.</param>
    /// <param name="isReady">Whether this publisher could lead without a gap. If not, it lets others go first.</param>
    /// <param name="now">The time.</param>
    public ScriptRequest? Next(long confirmed, bool isComplete, bool isReady, TimeSpan now)
    {
        if (IsHeld && !_isDoubtful && now >= Deadline)
        {
            Doubt();
        }

        if (_request is not null || (now < _due && !_isReleasing))
        {
            return null;
        }

        _sentAt = now;
        _request = !IsHeld ? new AcquireRequest(newTerm(), owner, TakeNow(isReady, now), 0)
            : _isReleasing ? new ReleaseRequest(Term)
            : _mustReacquire ? new AcquireRequest(newTerm(), owner, Take.Anything, confirmed)
            : new RenewRequest(Term, confirmed, isComplete && _wasAnswered && !_isDoubtful); // behind one that may still arrive it may be later than the lease is long
        _wasAnswered = false;
        return _request;
    }

    /// <summary>An entry was not accepted: the next renewal tells why.</summary>
    public void Doubt()
    {
        _isDoubtful = true;
        _due = TimeSpan.Zero;
    }

    public void Release() => _isReleasing = true;

    public LeaseEvent Failed(ScriptRequest request, TimeSpan now)
    {
        if (request != _request)
        {
            return LeaseEvent.None;
        }

        _request = null;
        _due = now + _pollEvery;
        if (request is AcquireRequest { Take: not Take.Nothing } acquire)
        {
            _unansweredCount++;
            _unanswered.Enqueue(acquire.Term);
            if (_unanswered.Count > MaximumUnanswered)
            {
                _unanswered.Dequeue();
            }
        }

        if (!_isReleasing)
        {
            return LeaseEvent.None;
        }

        Term = Term.None; // it runs out by itself
        return LeaseEvent.Released;
    }

    public LeaseEvent Answered(ScriptRequest request, ScriptAnswer answer, TimeSpan now)
    {
        if (request != _request)
        {
            return LeaseEvent.None;
        }

        _request = null;
        _wasAnswered = true;
        LogPosition end = EndOfOthers(request, answer);
        _due = IsHeld ? now + _renewEvery : _knowsEnd ? now + _pollEvery : TimeSpan.Zero;
        _knowsEnd = true;
        return request switch
        {
            AcquireRequest acquire => Acquired(acquire, answer, end, now),
            RenewRequest => Renewed(answer, now),
            _ => Drop(LeaseEvent.Released),
        };
    }

    private LeaseEvent Acquired(AcquireRequest request, ScriptAnswer answer, LogPosition before, TimeSpan now)
    {
        switch (answer.Status)
        {
            case ScriptStatus.Ok:
                // Without a predecessor Redis was empty. Others wait for a whole lease before they take an empty Redis, so before the deadline none of them can have led.
                bool continues = IsHeld && (answer.Previous.Term == Term || (answer.Previous.IsNone && now < Deadline));
                LeadsAgain = _isEndOwn;
                Term = _led = request.Term;
                Deadline = _sentAt + duration;
                _due = now + _renewEvery;
                (_end, _isEndOwn) = (new LogPosition(Term, answer.Number, answer.Milliseconds), true);
                (_isDoubtful, _mustReacquire, _emptySince, _freeSince) = (false, false, null, null);
                if (continues)
                {
                    return LeaseEvent.Continued;
                }

                SilentBefore = before.IsNone ? null : TimeSpan.FromMilliseconds(answer.Milliseconds - before.Milliseconds);
                return LeaseEvent.Began;
            case ScriptStatus.Taken:
                (_emptySince, _freeSince) = (null, null);
                return IsHeld ? Drop(LeaseEvent.Lost) : LeaseEvent.None;
            case ScriptStatus.Empty:
                _emptySince ??= now;
                _freeSince ??= now;
                return LeaseEvent.None;
            case ScriptStatus.Free:
                _freeSince ??= now;
                return LeaseEvent.None;
            default:
                return LeaseEvent.Refused;
        }
    }

    private LeaseEvent Renewed(ScriptAnswer answer, TimeSpan now)
    {
        switch (answer.Status)
        {
            case ScriptStatus.Ok:
                Deadline = _sentAt + duration;
                bool wasDoubtful = _isDoubtful;
                _isDoubtful = false;
                return wasDoubtful ? LeaseEvent.Recovered : LeaseEvent.Renewed;
            case ScriptStatus.Hole:
            case ScriptStatus.Empty when now < Deadline:
                _mustReacquire = true;
                _due = TimeSpan.Zero;
                return LeaseEvent.None;
            default:
                return Drop(LeaseEvent.Lost);
        }
    }

    /// <summary>The end of the log before the answer, as others left it: attempts of this publisher whose answers were lost may have put barriers behind it.</summary>
    private LogPosition EndOfOthers(ScriptRequest request, ScriptAnswer answer)
    {
        bool isAcquired = request is AcquireRequest && answer.Status == ScriptStatus.Ok;
        LogPosition end = isAcquired ? answer.Previous : new LogPosition(answer.Previous.Term, answer.Number, answer.Milliseconds);
        if (!end.IsNone && (!_unanswered.Contains(end.Term) || end.Number > _end.Number + _unansweredCount))
        {
            _end = end;
            _isEndOwn = request is RenewRequest ? answer.Status is ScriptStatus.Ok or ScriptStatus.Hole : end.Term == _led;
            _unanswered.Clear();
            _unansweredCount = 0;
        }

        return _end; // if Redis has come back empty, what it had before
    }

    private LeaseEvent Drop(LeaseEvent result)
    {
        Term = Term.None;
        (_isDoubtful, _mustReacquire) = (false, false);
        return result;
    }

    private Take TakeNow(bool isReady, TimeSpan now) =>
        !_knowsEnd || (!isReady && !(now - _freeSince >= duration * 2)) ? Take.Nothing
        : now - _emptySince >= duration ? Take.Anything
        : Take.ExistingLog;
}
