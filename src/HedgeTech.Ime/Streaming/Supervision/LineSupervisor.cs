using System.Net;
using System.Net.WebSockets;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Follows each line from the attempt to open it to its end.</summary>
internal sealed class LineSupervisor(
    FeedEnding ending, FeedOutput output, ShardSet shards, LineMerging merging, LineOpenings openings, OutagePolicy outages, ReplacementPolicy replacements, FailurePolicy failures)
{
    /// <summary>A slot starts, or its wait before the next attempt is over.</summary>
    public LineAction? AttemptStarted(LineSlot slot, Moment now) =>
        IsOver(slot) ? slot.Stop()
        : slot.State is LineSlotState.Idle or LineSlotState.Waiting ? openings.Start(slot, now)
        : null;

    /// <summary>A handshake was accepted.</summary>
    /// <param name="slot">The slot of the line.</param>
    /// <param name="token">The token that it uses.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="beside">The line that it was opened beside; null if none.</param>
    public Line LineOpened(LineSlot slot, AccessToken token, Moment now, Line? beside = null)
    {
        Shard shard = slot.Shard;
        Line line = new(slot, token, now) { RotateAt = replacements.RotationDueAt(token, now) };
        if (shard.IsRetired || !slot.IsOpening || slot.Current != beside)
        {
            // While the line was being opened, it was given up or the line beside it ended.
            line.Drop();
            return line;
        }

        if (slot.WasConnected)
        {
            output.Counters.CountReconnect();
        }

        slot.Accepted(line);
        if (ending.AreFirstConnectionsAwaited && shards.WereAllConnected)
        {
            ending.FirstConnectionsAccepted();
        }

        if (shard.Lines.Count == 0)
        {
            shard.Silence.Connected(now);
        }

        shard.Lines.Add(line);
        merging.Accepted(line);
        merging.OpeningEnded(slot);
        if (!shard.IsProvisional)
        {
            openings.AllowRedundancy(shard, now);
        }

        output.Announce(new FeedConnected { Connection = shard.Number, Contracts = shard.Contracts, ReceivedAt = now.Utc });
        return line;
    }

    /// <summary>No connection was made.</summary>
    public LineAction? HandshakeFailed(LineSlot slot, AccessToken token, HandshakeException failure, Moment now)
    {
        ending.NoteFailure(failure.Message, now);
        openings.End(slot);
        if (IsOver(slot))
        {
            return slot.Stop();
        }

        LineAction next = failures.HandshakeFailed(slot, token, failure, now);
        InterruptIfRetried(slot, next, RefusalPolicy.IsRefusal(failure.Status) ? InterruptionReason.Refused : InterruptionReason.ConnectFailed, failure.Status, failure, now);
        return next;
    }

    /// <summary>The login failed.</summary>
    public LineAction? LoginFailed(LineSlot slot, ImeException failure, Moment now)
    {
        ending.NoteFailure(failure.Message, now);
        openings.End(slot);
        if (IsOver(slot))
        {
            return slot.Stop();
        }

        LineAction next = failures.LoginFailed(slot, failure);
        InterruptIfRetried(slot, next, InterruptionReason.LoginFailed, (failure as ImeAuthenticationException)?.StatusCode, failure, now);
        return next;
    }

    /// <summary>The probe has found, as far as it could, which contracts the service refuses.</summary>
    public LineAction? RefusalProbed(LineSlot slot, RefusalVerdict? verdict) =>
        IsOver(slot) ? slot.Stop() : failures.RefusalProbed(slot, verdict);

    /// <summary>The replacement of a line could not be opened; the old line stays.</summary>
    public void ReplacementFailed(Line old, Exception? failure, Moment now)
    {
        LineSlot slot = old.Slot;
        openings.End(slot);
        if (slot.Replacing is null)
        {
            return;
        }

        if (failure is not null)
        {
            ending.NoteFailure(failure.Message, now);
        }

        bool isEviction = failure is HandshakeException handshake && RefusalPolicy.IsRefusalOfAnother(handshake.Status);
        replacements.Failed(slot, isEviction, closesStalled: isEviction, now);
        if (failure is ImeException { IsTransient: false })
        {
            // No login will succeed, so none is tried. The line stays open for as long as the service allows.
            old.RotateAt = null;
        }

        slot.DropReplacement();
        merging.BypassArbiterWhereAlone();
    }

    /// <summary>An accepted connection has ended.</summary>
    public LineAction? LineEnded(Line line, ConnectionEnd end, Moment now)
    {
        LineSlot slot = line.Slot;
        Shard shard = slot.Shard;
        bool wasClosed = line.IsClosing;
        bool mayLeaveGap = line.State != LineState.Dropped && (!end.IsOrderly || (line.IsNeeded && !shard.IsRetired));
        end = line.EndedBy(end);
        if (!shard.Lines.Remove(line) || ending.End is not null)
        {
            return null;
        }

        if (!wasClosed)
        {
            ending.NoteFailure(end.Description ?? end.Exception?.Message ?? $"The connection ended: {end.Reason}.", now);
        }

        bool isInPlace = slot.Current == line || slot.Replacement == line;
        bool isBeingReplaced = slot.Current == line && slot.Replacing is not null;
        if (slot.Replacement == line)
        {
            bool isEviction = end.CloseStatus == WebSocketCloseStatus.PolicyViolation;
            replacements.Failed(slot, isEviction, closesStalled: isEviction && !line.IsProven, now);
            slot.DropReplacement();
        }
        else if (slot.Current == line)
        {
            slot.DropCurrent();
        }

        bool isRefused = RefusalPolicy.IsRefusedAfterAccept(line, end);
        shard.Refusals.LineEnded(isRefused, hasStreamed: line.IsProven || shard.WasProven, now);
        outages.LineEnded(line, mayLeaveGap, InterruptionBy(end, shard, isRefused, now), now);
        if (isBeingReplaced)
        {
            openings.End(slot);
            replacements.OldLineEnded(slot, isEviction: end.Reason != InterruptionReason.KeepAliveTimeout, now);
            slot.DropReplacement();
        }

        merging.BypassArbiterWhereAlone();
        return !isInPlace || slot.Current is not null ? null
            : shard.IsRetired ? slot.Stop()
            : failures.LineEnded(line, end, now);
    }

    /// <summary>An attempt has failed and is tried again: that is an outage, unless another line is open.</summary>
    private void InterruptIfRetried(LineSlot slot, LineAction next, InterruptionReason reason, HttpStatusCode? status, Exception failure, Moment now)
    {
        if (next is LineAction.Wait)
        {
            outages.OpeningFailed(slot.Shard, reason, status, failure, now);
        }
    }

    private bool IsOver(LineSlot slot) => ending.End is not null || slot.Shard.IsRetired;

    private static FeedInterrupted InterruptionBy(ConnectionEnd end, Shard shard, bool isRefused, Moment now) => new()
    {
        Connection = shard.Number,
        Contracts = shard.Contracts,
        Reason = isRefused ? InterruptionReason.Refused : end.Reason,
        CloseStatus = end.CloseStatus,
        Description = end.Description,
        Exception = end.Exception,
        ReceivedAt = now.Utc,
    };
}
