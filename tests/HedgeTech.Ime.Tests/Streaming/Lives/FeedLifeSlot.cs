using System.Net.WebSockets;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming.Lives;

/// <summary>Performs the actions of one slot in virtual time and reports their outcomes, as the runner does with sockets. It makes no decisions.</summary>
internal sealed class FeedLifeSlot(FeedLife life, LineSlot slot)
{
    private static readonly ConnectionEnd Lost = new(InterruptionReason.ConnectionLost, null, null, null);
    private static readonly ConnectionEnd ClosedByClient = new(InterruptionReason.Closed, WebSocketCloseStatus.NormalClosure, null, null);

    private readonly List<FeedLifeConnection> _open = [];
    private bool _hasStarted;
    private bool _isOver;
    private LineAction? _doing;
    private DateTimeOffset _at;
    private AccessToken _token = null!;
    private FeedLifeConnection? _pending;
    private int _unproven = slot.Attempts;
    private bool _wasProven;
    private AccessToken? _refused;
    private int _renewals;

    public bool IsDone => _isOver && _open.Count == 0;

    public bool IsCarrying => _open.Count > 0;

    private string Name => $"{slot.Shard.Number}/{slot.Index}#{slot.Shard.GetHashCode() % 1000}";

    private string Label => $"{slot.Shard.Number}/{slot.Index}";

    /// <summary>Does the work that is due now.</summary>
    public void Step()
    {
        NoteProof();
        if (!_hasStarted)
        {
            _hasStarted = true;
            StartAttempt();
        }

        if (slot.Shard.IsRetired)
        {
            // The runners of a retired shard must end.
            Leave();
        }

        Perform();
        if (_doing is not null && life.Clock.Now >= _at)
        {
            Complete();
            Perform();
        }

        FeedLifeConsumer.Require(_open.TrueForAll(static open => !open.Line!.IsClosing), "a line that should close is closed");
    }

    /// <summary>Reports a change of the network of the machine, which ends a wait between two attempts.</summary>
    public void Hurry()
    {
        if (_doing is LineAction.Wait)
        {
            _at = life.Clock.Now;
        }
    }

    /// <summary>Lets the client read some of the messages that have arrived.</summary>
    public void Read(int most) => _open.ToList().ForEach(connection => Read(connection, most));

    /// <summary>Reads messages that have waited for more than a second.</summary>
    public void ReadWhatIsLate()
    {
        foreach (FeedLifeConnection connection in _open.ToArray())
        {
            while (connection.IsRead && connection.Unread.TryPeek(out MarketSnapshot? message) && message.Timestamp < life.Clock.Now.AddSeconds(-1))
            {
                Read(connection, 1);
            }
        }
    }

    /// <summary>Ends a connection of the slot, before or after the client reads all messages on the way.</summary>
    public void Drop(bool newer, bool losesUnread, WebSocketCloseStatus? status)
    {
        if (_open.Count > 0)
        {
            End(newer ? _open[^1] : _open[0], losesUnread, status is null ? Lost : new ConnectionEnd(InterruptionReason.Closed, status, "x", null));
        }
    }

    /// <summary>Reports a message that is not a snapshot.</summary>
    public void Reject() => life.Report().Rejected(_open[0].Line!, new FrameRejected { Reason = "no object", ReceivedAt = life.Clock.Moment.Utc }, 1, life.Clock.Moment);

    public void Mute()
    {
        if (_open.Count > 0)
        {
            _open[0].IsMute = true;
        }
    }

    /// <summary>Stops the client, which closes all open connections.</summary>
    public void Stop()
    {
        Leave();
        while (slot.Actions.TryRead(out _))
        {
            // Discards the actions before the end.
        }

        while (_open.Count > 0)
        {
            End(_open[0], losesUnread: false, ClosedByClient);
        }

        FeedLifeConsumer.Require(!slot.Actions.TryRead(out LineAction? action), $"no action follows the end: {action}");
    }

    private void Leave()
    {
        _isOver = true;
        _doing = null;
        Forget();
    }

    private void StartAttempt()
    {
        _refused = null;
        _renewals = 0;
        life.Report().Lines.AttemptStarted(slot, life.Clock.Moment);
    }

    private void Perform()
    {
        while (life.Heart.End is null && slot.Actions.TryRead(out LineAction? action))
        {
            life.Record.Add($"{Label} {action.GetType().Name}");
            if (!slot.Shard.IsRetired || action is LineAction.Close)
            {
                FeedLifeConsumer.Require(!_isOver || action is LineAction.Close, $"a slot that has ended opens no line: {action}");
                Perform(action);
            }
        }
    }

    private void Perform(LineAction action)
    {
        switch (action)
        {
            case LineAction.Wait wait:
                Wait(wait);
                break;
            case LineAction.Open open:
                Open(open);
                break;
            case LineAction.Cancel:
                Cancel();
                break;
            case LineAction.Close close:
                Close(close.Line);
                break;
            case LineAction.Split:
                life.Record.Note($"{Name} splits");
                _isOver = true;
                life.Split(slot.Shard);
                break;
            case LineAction.Probe:
                _doing = action;
                _at = life.Clock.Now.AddMilliseconds(life.Random.Next(0, 50));
                break;
            case LineAction.Stop:
                Leave();
                break;
        }
    }

    private void Wait(LineAction.Wait wait)
    {
        FeedLifeConsumer.Require(_doing is null && _open.TrueForAll(static open => open.Line!.IsClosing), "a slot waits only if it has nothing else to do");
        FeedLifeConsumer.Require(wait.IsFirst == _wasProven, $"the delays start again only after proof: {wait.IsFirst}, {_wasProven}");
        _wasProven = false;
        _doing = wait;
        _at = life.Clock.Now.AddMilliseconds(life.Random.Next(100, 200 << Math.Min(slot.Attempts, 6)));
    }

    private void Open(LineAction.Open open)
    {
        FeedLifeConsumer.Require(_doing is null, $"one line is opened at a time: {_doing}");
        FeedLifeConsumer.Require(open.Beside is not null || slot.Current is null, "a line is opened beside another if there is one");
        if (open.Beside is null && slot.Attempts != _unproven)
        {
            FeedLifeConsumer.Require(slot.Attempts == ++_unproven, $"only proof resets the attempts: {slot.Attempts} of {_unproven}");
        }

        _doing = open;
        _token = open is { Stale: { } stale, Beside: null } && ReferenceEquals(stale, life.Tokens.Current) ? life.Tokens.Renew() : life.Tokens.Get();
        _at = life.Clock.Now + open.After + TimeSpan.FromMilliseconds(life.Random.Next(1, 60));
        _pending = life.Server.Answers(slot.Shard.Contracts, life.Clock.Now) is null ? life.Server.Accept(slot.Shard.Contracts, _at.AddMilliseconds(-life.Random.Next(0, 12))) : null;
        if (open.Beside is null && _refused is not null)
        {
            FeedLifeConsumer.Require(++_renewals == 1, "a token is renewed immediately only once");
            FeedLifeConsumer.Require(!ReferenceEquals(_token, _refused), "a refused token is not used again immediately");
        }

        life.Record.Note($"{Name} opens after {open.After}{(open.Beside is null ? "" : $" beside {open.Beside.GetHashCode() % 1000}: {slot.Replacing}")}");
    }

    private void Cancel()
    {
        LineAction? cancelled = _doing;
        _doing = null;
        if (cancelled is LineAction.Open && _pending is not null && life.Random.Next(3) == 0)
        {
            // The service accepted the connection before the cancellation.
            Opened(cancelled);
        }

        Forget();
    }

    private void Close(Line line)
    {
        if (_open.Find(open => open.Line == line) is { } connection)
        {
            bool wasOutage = slot.Shard.Outage.IsOpen;
            bool wasMute = line.State == LineState.ClosingAsMute;
            bool isCut = life.Cuts.Next(8) == 0;
            End(connection, losesUnread: isCut, isCut ? Lost : ClosedByClient);
            FeedLifeConsumer.Require(wasOutage || wasMute || isCut || !slot.Shard.Outage.IsOpen, "a line that is replaced and read to its end leaves no outage");
        }
    }

    /// <summary>Completes the current action.</summary>
    private void Complete()
    {
        LineAction done = _doing!;
        _doing = null;
        switch (done)
        {
            case LineAction.Wait:
                StartAttempt();
                break;
            case LineAction.Probe:
                life.Report().Lines.RefusalProbed(slot, null);
                break;
            case LineAction.Open when _pending is not null:
                Opened(done);
                break;
            case LineAction.Open { Beside: { } old }:
                life.Report().Lines.ReplacementFailed(old, (life.Server.Answers(slot.Shard.Contracts, life.Clock.Now) ?? FeedLifeFailure.Unreachable).ToException(), life.Clock.Moment);
                break;
            default:
                Failed(life.Server.Answers(slot.Shard.Contracts, life.Clock.Now) ?? FeedLifeFailure.Unreachable);
                break;
        }
    }

    private void Opened(LineAction opening)
    {
        FeedLifeConnection accepted = _pending!;
        _pending = null;
        accepted.Line = life.Report().Lines.LineOpened(slot, _token, life.Clock.Moment, ((LineAction.Open)opening).Beside);
        _open.Add(accepted);
        life.Record.Note($"{Name} opened {accepted.Line.GetHashCode() % 1000}, subscribed at {accepted.SubscribedAt:ss.fff}");
    }

    private void Failed(FeedLifeFailure failure)
    {
        if (failure == FeedLifeFailure.Login)
        {
            life.Report().Lines.LoginFailed(slot, new ImeAuthenticationException("later", isTransient: true), life.Clock.Moment);
        }
        else
        {
            _refused = failure == FeedLifeFailure.Refused ? _token : null;
            life.Patience.HandshakeFailed(slot, _token, failure);
        }
    }

    private void End(FeedLifeConnection ended, bool losesUnread, ConnectionEnd end)
    {
        Line line = ended.Line!;
        if (!losesUnread)
        {
            // The reader finds the end after all these messages.
            Read(ended, int.MaxValue, isAtEnd: true);
        }

        NoteProof();
        life.Server.Remove(ended);
        _open.Remove(ended);
        life.Record.Note($"{Name} ends {line.GetHashCode() % 1000}, unread {ended.Unread.Count}, {end.Reason}");
        _refused = end.CloseStatus == WebSocketCloseStatus.PolicyViolation && !line.IsProven ? line.Token : _refused;
        _renewals = 0;
        life.Patience.LineEnded(line, end);
    }

    /// <summary>Notes the lines that have been proven.</summary>
    private void NoteProof()
    {
        foreach (FeedLifeConnection proven in _open.Where(static open => open is { Line.IsProven: true, IsProofNoted: false }))
        {
            proven.IsProofNoted = true;
            _unproven = 0;
            _wasProven = true;
        }
    }

    private void Read(FeedLifeConnection connection, int most, bool isAtEnd = false)
    {
        for (int i = 0; i < most && connection is { Line: { } line } && (connection.IsRead || isAtEnd) && connection.Unread.TryDequeue(out MarketSnapshot? message); i++)
        {
            if (life.Heart.End is null && !line.IsOver && !(line.Shard is { IsProvisional: true, IsRetired: true } && !life.Heart.Shards.Any(shard => shard.Contracts.Contains(message.Contract))))
            {
                life.Server.Read[message.Contract][(int)message.Aggregate.TradeCount] = true;
            }

            life.Receive(line, message with { ReceivedAt = life.Clock.Moment.Utc });
            life.Record.Note($"{Name} read {message.Contract.Value} {message.Aggregate.TradeCount} from {line.GetHashCode() % 1000}, {life.Heart.Statistics.Received} received, {life.Heart.Remembered} remembered");
            if (connection.IsRead && (i == most - 1 || connection.Unread.Count == 0 || life.Random.Next(3) == 0))
            {
                // Otherwise the message is delivered together with the next one.
                life.Holds.MayConsumeOn(connection);
            }
        }
    }

    private void Forget()
    {
        if (_pending is not null)
        {
            life.Server.Remove(_pending);
            _pending = null;
        }
    }
}
