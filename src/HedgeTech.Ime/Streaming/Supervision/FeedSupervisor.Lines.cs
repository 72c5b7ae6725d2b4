using System.Net.WebSockets;
using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>Lines come and go.</content>
internal sealed partial class FeedSupervisor
{
    private readonly LineStaggering _staggering = new(policy.KeepAliveInterval);

    /// <summary>How long a place is to wait before it opens a line.</summary>
    public TimeSpan ReserveOpening(LineSlot slot, Moment now) => _staggering.ReserveOpening(slot, now);

    /// <summary>An attempt to connect begins.</summary>
    public void AttemptStarted(LineSlot slot)
    {
        slot.Attempts++;
        slot.Shard.Outage.AttemptStarted();
        OpeningBegins(slot);
    }

    /// <summary>A handshake was accepted.</summary>
    public Line LineOpened(LineSlot slot, AccessToken token, Moment now)
    {
        Line line = Open(slot, token, now);
        slot.Current = line;
        if (!slot.Shard.IsProvisional)
        {
            slot.Shard.AllowDoubling();
        }

        return line;
    }

    /// <summary>An accepted connection has ended.</summary>
    public LineAction LineEnded(Line line, ConnectionEnd end, Moment now)
    {
        LineSlot slot = line.Slot;
        Shard shard = slot.Shard;
        line.IsOver = true;
        if (line.IsGivenUpAsMute)
        {
            end = new ConnectionEnd(InterruptionReason.Silence, null, "It brought nothing, and the service takes no other connection beside it, so it was closed first.", null);
        }

        if (!shard.Lines.Remove(line) || End is not null)
        {
            return LineAction.Stop;
        }

        if (!line.CloseWanted.IsCompleted)
        {
            NoteFailure(end.Description ?? end.Exception?.Message ?? $"The connection ended: {end.Reason}.", now);
        }

        bool wasReplaced = slot.Current != line && slot.Replacement != line;
        bool wasOld = slot.Current == line && slot.Replacing is not null;
        Unseat(slot, line, end, now);
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
            OpeningEnds(slot);
            RotationFailed(slot, isEviction: end.Reason != InterruptionReason.KeepAliveTimeout, now);
            slot.Replacing = null;
        }

        PassArbiterBy();
        if (wasReplaced || slot.Current is not null)
        {
            return LineAction.CarryOn;
        }

        if (shard.IsRetired || IsGivenUp(slot, now))
        {
            return LineAction.Stop;
        }

        if (refused)
        {
            return Refuse(slot, line.Token, new Refusal(null, end, ""), now);
        }

        if (policyViolation && policy.CanRenewToken)
        {
            // It had carried data, so the contracts are right: the token has gone stale.
            slot.StaleToken = line.Token;
        }

        return RetryLater(slot, end.Exception);
    }

    private Line Open(LineSlot slot, AccessToken token, Moment now)
    {
        Shard shard = slot.Shard;
        Line line = new(slot, token, now) { RotateAt = _rotation.DueAt(token, now) };
        if (slot.WasConnected)
        {
            _output.Counters.CountReconnect();
        }

        slot.WasConnected = true;
        if (_first is { IsAwaited: true } && _shards.TrueForAll(static each => each.Slots.Exists(static other => other.WasConnected)))
        {
            _first.Accept();
        }

        if (shard.Lines.Count == 0)
        {
            shard.Silence.Connected(now);
        }

        shard.Lines.Add(line);
        if (slot.IsOpeningBeside)
        {
            JoinArbiter(line);
        }

        OpeningEnds(slot);
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
    private void Unseat(LineSlot slot, Line line, ConnectionEnd end, Moment now)
    {
        if (slot.Replacement == line)
        {
            // What it was to replace stays.
            slot.Replacement = null;
            bool isEviction = end.CloseStatus == WebSocketCloseStatus.PolicyViolation;
            RotationFailed(slot, isEviction, now);
            CloseStalledLineFirst(slot, isEviction && !line.IsProven);
            RetryRotation(slot, now);
            slot.Replacing = null;
        }
        else if (slot.Current == line)
        {
            slot.Current = slot.Replacement;
            slot.Replacement = null;
        }
    }

    /// <summary>Whether a redundant slot is not to be opened again, as the service cuts one line whenever it accepts another.</summary>
    private bool IsGivenUp(LineSlot slot, Moment now)
    {
        Shard shard = slot.Shard;
        if (shard.Slots.Count == 1 || shard.Lines.Count == 0)
        {
            return !shard.Slots.Contains(slot);
        }

        if (shard.Redundancy.LineEnded(shard.Lines.Where(other => other.Slot != slot), now) && shard.Slots.Contains(slot))
        {
            shard.Slots.Remove(slot);
            Diagnose(FeedDiagnostic.RedundancyGivenUp, shard);
        }

        return !shard.Slots.Contains(slot);
    }
}
