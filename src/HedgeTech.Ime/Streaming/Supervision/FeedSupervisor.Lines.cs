using System.Net.WebSockets;
using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>Lines come and go.</content>
internal sealed partial class FeedSupervisor
{
    private readonly LineStaggering _staggering = new(policy.KeepAliveInterval);

    /// <summary>How long a place is to wait before it opens a line.</summary>
    public TimeSpan TakeTurn(Lane lane, Moment now) => _staggering.ReserveOpening(lane, now);

    /// <summary>An attempt to connect begins.</summary>
    public void AttemptStarted(Lane lane)
    {
        lane.Attempts++;
        lane.Shard.Outage.AttemptStarted();
        OpeningBegins(lane);
    }

    /// <summary>A handshake was accepted.</summary>
    public Line LineOpened(Lane lane, AccessToken token, Moment now)
    {
        Line line = Open(lane, token, now);
        lane.Current = line;
        if (!lane.Shard.IsTrial)
        {
            lane.Shard.AllowDoubling();
        }

        return line;
    }

    /// <summary>An accepted connection has ended.</summary>
    public NextStep LineEnded(Line line, ConnectionEnd end, Moment now)
    {
        Lane lane = line.Lane;
        Shard shard = lane.Shard;
        line.IsOver = true;
        if (line.IsGivenUpAsMute)
        {
            end = new ConnectionEnd(InterruptionReason.Silence, null, "It brought nothing, and the service takes no other connection beside it, so it was closed first.", null);
        }

        if (!shard.Lines.Remove(line) || End is not null)
        {
            return NextStep.Stop;
        }

        if (!line.CloseWanted.IsCompleted)
        {
            NoteFailure(end.Description ?? end.Exception?.Message ?? $"The connection ended: {end.Reason}.", now);
        }

        bool wasReplaced = lane.Current != line && lane.Fresh != line;
        bool wasOld = lane.Current == line && lane.Replacing is not null;
        Unseat(lane, line, end, now);
        bool policyViolation = end.CloseStatus == WebSocketCloseStatus.PolicyViolation;
        bool refused = policyViolation && !line.IsProven;
        if (!refused)
        {
            shard.Refusals.Clear();
        }

        if (line.IsProven || shard.WasProven)
        {
            shard.Refusals.StreamedUntil = refused ? shard.Refusals.StreamedUntil : now.Utc;
        }

        Part(line, new FeedInterrupted
        {
            Connection = shard.Number,
            Contracts = shard.Contracts,
            Reason = refused ? InterruptionReason.Refused : end.Reason,
            CloseStatus = end.CloseStatus,
            Description = end.Description,
            Exception = end.Exception,
            ReceivedAt = now.Utc,
        }, now);

        if (wasOld)
        {
            // It has ended before the other could take over, or was even open.
            OpeningEnds(lane);
            RotationFailed(lane, isRivalry: end.Reason != InterruptionReason.KeepAliveTimeout, now);
            lane.Replacing = null;
        }

        PassArbiterBy();
        if (wasReplaced || lane.Current is not null)
        {
            return NextStep.CarryOn;
        }

        if (shard.IsRetired || IsGivenUp(lane, now))
        {
            return NextStep.Stop;
        }

        if (refused)
        {
            return Refuse(lane, line.Token, new Refusal(null, end, ""), now);
        }

        if (policyViolation && policy.CanRenewToken)
        {
            // It had carried data, so the contracts are right: the token has gone stale.
            lane.StaleToken = line.Token;
        }

        return RetryLater(lane, end.Exception);
    }

    private Line Open(Lane lane, AccessToken token, Moment now)
    {
        Shard shard = lane.Shard;
        Line line = new(lane, token, now) { RotateAt = _rotation.DueAt(token, now) };
        if (lane.WasConnected)
        {
            _output.Counters.CountReconnect();
        }

        lane.WasConnected = true;
        if (_first is { IsAwaited: true } && _shards.TrueForAll(static each => each.Lanes.Exists(static other => other.WasConnected)))
        {
            _first.Accept();
        }

        if (shard.Lines.Count == 0)
        {
            shard.Silence.Connected(now);
        }

        shard.Lines.Add(line);
        if (lane.IsOpeningBeside)
        {
            JoinArbiter(line);
        }

        OpeningEnds(lane);
        IsTimerStale = true;
        if (shard.IsRetired)
        {
            // It was given up while it was being opened.
            line.Drop();
            return line;
        }

        Announce(new FeedConnected { Connection = shard.Number, Contracts = shard.Contracts, ReceivedAt = now.Utc });
        return line;
    }

    /// <summary>Takes a line that has ended out of its place.</summary>
    private void Unseat(Lane lane, Line line, ConnectionEnd end, Moment now)
    {
        if (lane.Fresh == line)
        {
            // What it was to replace stays.
            lane.Fresh = null;
            bool isRivalry = end.CloseStatus == WebSocketCloseStatus.PolicyViolation;
            RotationFailed(lane, isRivalry, now);
            MakeRoom(lane, isRivalry && !line.IsProven);
            RetryRotation(lane, now);
            lane.Replacing = null;
        }
        else if (lane.Current == line)
        {
            lane.Current = lane.Fresh;
            lane.Fresh = null;
        }
    }

    /// <summary>Whether a redundant lane is not to be opened again, as the service cuts one line whenever it accepts another.</summary>
    private bool IsGivenUp(Lane lane, Moment now)
    {
        Shard shard = lane.Shard;
        if (shard.Lanes.Count == 1 || shard.Lines.Count == 0)
        {
            return !shard.Lanes.Contains(lane);
        }

        if (shard.Redundancy.LineEnded(shard.Lines.Where(other => other.Lane != lane), now) && shard.Lanes.Contains(lane))
        {
            shard.Lanes.Remove(lane);
            Notice(FeedNotice.RedundancyGivenUp, shard);
        }

        return !shard.Lanes.Contains(lane);
    }
}
