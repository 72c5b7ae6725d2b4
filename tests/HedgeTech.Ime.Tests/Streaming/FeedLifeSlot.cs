using System.Net.WebSockets;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Tests.Streaming;

/// <summary>What the asynchronous shell does for one slot, in virtual time: opens, reads, closes and replaces lines as the supervisor asks.</summary>
internal sealed class FeedLifeSlot(FeedLife life, LineSlot slot)
{
    private enum Doing
    {
        WaitingForTurn,
        Waiting,
        Opening,
        Carrying,
        Done,
    }

    private static readonly ConnectionEnd Lost = new(InterruptionReason.ConnectionLost, null, null, null);
    private static readonly ConnectionEnd ClosedByClient = new(InterruptionReason.Closed, WebSocketCloseStatus.NormalClosure, null, null);

    private Doing _doing = slot.Index == 0 ? Doing.Waiting : Doing.WaitingForTurn;
    private DateTimeOffset _at = life.Now;
    private AccessToken _token = null!;
    private int _immediate;
    private int _unproven = slot.Attempts;
    private bool _isOpeningBeside;
    private FeedLifeConnection? _pending;
    private FeedLifeConnection? _current;
    private FeedLifeConnection? _fresh;

    public bool IsDone => _doing == Doing.Done;

    public bool IsCarrying => _doing == Doing.Carrying;

    public Shard Shard => slot.Shard;

    private string Name => $"{slot.Shard.Number}/{slot.Index}#{slot.Shard.GetHashCode() % 1000}";

    /// <summary>Does what is to be done now.</summary>
    public void Step()
    {
        switch (_doing)
        {
            case Doing.WaitingForTurn when slot.Shard.MayBeRedundant.IsCompleted:
                _doing = Doing.Waiting;
                break;
            case Doing.WaitingForTurn or Doing.Waiting or Doing.Opening when slot.Shard.IsRetired:
                Forget(ref _pending);
                _doing = Doing.Done;
                break;
            case Doing.Waiting when life.Now >= _at && HasTurn():
                life.Report().AttemptStarted(slot);
                FeedLifeConsumer.Require(slot.Attempts == ++_unproven, $"only proof resets the attempts: {slot.Attempts} of {_unproven}");
                _immediate = 0;
                Open();
                break;
            case Doing.Opening when life.Now >= _at:
                Opened();
                break;
            case Doing.Carrying:
                Carry();
                break;
        }
    }

    /// <summary>The client reads some of what has come.</summary>
    public void Read(int most)
    {
        Read(_current, most);
        Read(_fresh, most);
    }

    /// <summary>No connection lags by more than a second.</summary>
    public void ReadWhatIsLate()
    {
        foreach (FeedLifeConnection? connection in new[] { _current, _fresh })
        {
            while (connection is { IsRead: true } && connection.Unread.TryPeek(out MarketSnapshot? message) && message.Timestamp < life.Now.AddSeconds(-1))
            {
                Read(connection, 1);
            }
        }
    }

    /// <summary>A connection of the slot ends, after or before all it had on its way was read.</summary>
    public void Drop(bool newer, bool losesUnread, WebSocketCloseStatus? status)
    {
        FeedLifeConnection? dropped = newer ? _fresh ?? _current : _current;
        if (dropped is not null)
        {
            End(dropped, losesUnread, status is null ? Lost : new ConnectionEnd(InterruptionReason.Closed, status, "x", null));
        }
    }

    /// <summary>A message comes that is no snapshot.</summary>
    public void Reject() => life.Report().Rejected(_current!.Line!, new FrameRejected { Reason = "no object", ReceivedAt = life.Moment.Utc }, 1, life.Moment);

    public void Mute()
    {
        if (_current is not null)
        {
            _current.IsMute = true;
        }
    }

    /// <summary>The client stops: what is open is closed.</summary>
    public void Stop()
    {
        Forget(ref _pending);
        while (_current is { } open)
        {
            End(open, losesUnread: false, ClosedByClient);
            FeedLifeConsumer.Require(_doing is Doing.Done or Doing.Carrying, "nothing is wanted after the end");
        }
    }

    private void Open()
    {
        _token = slot.StaleToken is { } stale && ReferenceEquals(stale, life.Token) ? life.Renew() : life.GetToken();
        _doing = Doing.Opening;
        Ask();
    }

    private bool HasTurn()
    {
        if (slot.OpensAt is null)
        {
            _at = life.Now + life.Heart.ReserveOpening(slot, life.Moment);
        }

        return life.Now >= _at;
    }

    private void Ask(TimeSpan wait = default)
    {
        _at = life.Now + wait + TimeSpan.FromMilliseconds(life.Random.Next(1, 60));
        _pending = life.Answers(slot.Shard) is null ? life.Server.Accept(slot.Shard.Contracts, _at.AddMilliseconds(-life.Random.Next(0, 12))) : null;
    }

    private void Opened()
    {
        if (_pending is { } accepted)
        {
            _pending = null;
            _current = accepted;
            _current.Line = life.Report().LineOpened(slot, _token, life.Moment);
            _doing = Doing.Carrying;
            life.Note($"{Name} opened {_current.Line.GetHashCode() % 1000}, subscribed at {_current.SubscribedAt:ss.fff}");
            return;
        }

        FeedLifeFailure failure = life.Answers(slot.Shard) ?? FeedLifeFailure.Unreachable;
        Follow(failure == FeedLifeFailure.Login
            ? life.Report().LoginFailed(slot, new ImeAuthenticationException("later", isTransient: true), life.Moment)
            : life.HandshakeFailed(slot, _token, failure));
    }

    private void Follow(LineAction next)
    {
        life.Record($"{slot.Shard.Number}/{slot.Index} {next}");
        switch (next)
        {
            case LineAction.RetryLater:
                _doing = Doing.Waiting;
                _at = life.Now.AddMilliseconds(life.Random.Next(100, 200 << Math.Min(slot.Attempts, 6)));
                break;
            case LineAction.RenewAndRetryNow:
                FeedLifeConsumer.Require(++_immediate == 1 || !life.CanRenew, "a token is renewed at once only once");
                Open();
                break;
            case LineAction.Split:
                life.Note($"{Name} splits");
                life.Split(slot.Shard);
                _doing = Doing.Done;
                break;
            case LineAction.Probe:
                FeedLifeConsumer.Require(life.Report().RefusalProbed(slot, null) == LineAction.Stop, "after probing comes the end");
                _doing = Doing.Done;
                break;
            case LineAction.Stop:
                _doing = Doing.Done;
                break;
            default:
                throw new InvalidOperationException($"Broken: {next} is no answer here.");
        }
    }

    private void Carry()
    {
        Line old = _current!.Line!;
        _unproven = old.IsProven ? 0 : _unproven;
        if (old.CloseWanted.IsCompleted)
        {
            life.Record($"{slot.Shard.Number}/{slot.Index} close");
            bool wasOutage = old.Shard.Outage.IsOpen;
            End(_current, losesUnread: false, ClosedByClient);
            FeedLifeConsumer.Require(wasOutage || old.IsClosedAsMute || !old.Shard.Outage.IsOpen, "a line that is replaced leaves no outage");
            return;
        }

        if (_isOpeningBeside)
        {
            if (life.Now >= _at)
            {
                OpenedBeside(old);
            }
        }
        else if (_fresh is null && old.ReplacementWanted.IsCompleted && life.Report().ReplacementStarted(old))
        {
            _isOpeningBeside = true;
            life.Record($"{slot.Shard.Number}/{slot.Index} open beside");
            life.Note($"{Name} replaces {old.GetHashCode() % 1000}: {slot.Replacing}");
            _token = life.GetToken();
            Ask(life.Heart.ReserveOpening(slot, life.Moment));
        }
    }

    private void OpenedBeside(Line old)
    {
        _isOpeningBeside = false;
        if (_pending is { } accepted)
        {
            _pending = null;
            _fresh = accepted;
            _fresh.Line = life.Report().LineOpened(old.Slot, _token, life.Moment);
            life.Note($"{Name} opened {_fresh.Line.GetHashCode() % 1000} beside {old.GetHashCode() % 1000}, subscribed at {_fresh.SubscribedAt:ss.fff}");
        }
        else
        {
            life.Report().ReplacementFailed(old, (life.Answers(slot.Shard) ?? FeedLifeFailure.Unreachable).ToException(), life.Moment);
        }
    }

    private void End(FeedLifeConnection ended, bool losesUnread, ConnectionEnd end)
    {
        if (!losesUnread)
        {
            // The end is behind all that, and whoever reads on finds it.
            Read(ended, int.MaxValue, isAtEnd: true);
        }

        life.Server.Remove(ended);
        bool wasCurrent = ended == _current;
        _unproven = ended.Line!.IsProven ? 0 : _unproven;
        life.Note($"{Name} ends {ended.Line!.GetHashCode() % 1000}, unread {ended.Unread.Count}, {end.Reason}");
        LineAction next = life.LineEnded(ended.Line!, end, wasCurrent);
        if (wasCurrent && _isOpeningBeside)
        {
            _isOpeningBeside = false;
            Forget(ref _pending);
        }

        if (!wasCurrent)
        {
            _fresh = null;
            FeedLifeConsumer.Require(next is LineAction.CarryOn or LineAction.Stop, "the old line carries on");
            return;
        }

        (_current, _fresh) = (_fresh, null);
        if (_current is null)
        {
            _immediate = 0;
            Follow(next);
        }
    }

    private void Read(FeedLifeConnection? connection, int most, bool isAtEnd = false)
    {
        for (int i = 0; i < most && connection is { Line: { } line } && (connection.IsRead || isAtEnd) && connection.Unread.TryDequeue(out MarketSnapshot? message); i++)
        {
            if (life.Heart.End is null && !line.IsOver && !(line.Shard is { IsProvisional: true, IsRetired: true } && !life.Heart.Shards.Any(shard => shard.Contracts.Contains(message.Contract))))
            {
                life.Server.Read[message.Contract][(int)message.Aggregate.TradeCount] = true;
            }

            life.Receive(line, message with { ReceivedAt = life.Moment.Utc });
            life.Note($"{Name} read {message.Contract.Value} {message.Aggregate.TradeCount} from {line.GetHashCode() % 1000}, {life.Heart.Statistics.Received} received, {life.Heart.Remembered} remembered");
            if (connection.IsRead && (i == most - 1 || connection.Unread.Count == 0 || life.Random.Next(3) == 0))
            {
                // Otherwise it is brought together with the next.
                life.MayConsumeOn(connection);
            }
        }
    }

    private void Forget(ref FeedLifeConnection? connection)
    {
        if (connection is not null)
        {
            life.Server.Remove(connection);
            connection = null;
        }
    }
}
