using System.Net;
using System.Net.WebSockets;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Follows lines from the attempt to open one to its end, and carries out what is decided about their failures.</summary>
internal sealed class LineSupervisor(
    FeedEnding ending, FeedOutput output, ShardSet shards, LineMerging merging, OutagePolicy outages, ReplacementPolicy replacements, UpdatePolicy updates, FailurePolicy failures)
{
    /// <summary>An attempt to connect starts.</summary>
    public void AttemptStarted(LineSlot slot)
    {
        slot.CountAttempt();
        slot.Shard.Outage.AttemptStarted();
        merging.StartOpening(slot);
    }

    /// <summary>The line that was asked to be replaced is being replaced: another starts to open beside it.</summary>
    public bool ReplacementStarted(Line old)
    {
        old.ReplacementBegins();
        LineSlot slot = old.Slot;
        if (ending.End is not null || old.IsOver || old.IsRetiring || slot.Current != old || slot.Replacing is null || slot.Shard.IsRetired)
        {
            return false;
        }

        merging.StartOpening(slot);
        return true;
    }

    /// <summary>A handshake was accepted.</summary>
    public Line LineOpened(LineSlot slot, AccessToken token, Moment now)
    {
        Shard shard = slot.Shard;
        Line line = new(slot, token, now) { RotateAt = replacements.RotationDueAt(token, now) };
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
        merging.EndOpening(slot);
        if (shard.IsRetired)
        {
            // It was given up while it was being opened.
            line.Drop();
            return line;
        }

        if (!shard.IsProvisional)
        {
            shard.AllowRedundancy();
        }

        output.Announce(new FeedConnected { Connection = shard.Number, Contracts = shard.Contracts, ReceivedAt = now.Utc });
        return line;
    }

    /// <summary>No connection was made.</summary>
    public LineAction HandshakeFailed(LineSlot slot, AccessToken token, HandshakeException failure, Moment now)
    {
        ending.NoteFailure(failure.Message, now);
        merging.EndOpening(slot);
        InterruptionReason reason = RefusalPolicy.IsRefusal(failure.Status) ? InterruptionReason.Refused : InterruptionReason.ConnectFailed;
        return IsOver(slot) ? LineAction.Stop : Follow(slot, failures.HandshakeFailed(slot, token, failure, now), reason, failure.Status, failure, now);
    }

    /// <summary>The login failed.</summary>
    public LineAction LoginFailed(LineSlot slot, ImeException failure, Moment now)
    {
        ending.NoteFailure(failure.Message, now);
        merging.EndOpening(slot);
        return IsOver(slot) ? LineAction.Stop
            : Follow(slot, failures.LoginFailed(slot, failure), InterruptionReason.LoginFailed, (failure as ImeAuthenticationException)?.StatusCode, failure, now);
    }

    /// <summary>It has been found out, as far as that is possible, which contracts were refused.</summary>
    public LineAction RefusalProbed(LineSlot slot, RefusalVerdict? verdict) => IsOver(slot) ? LineAction.Stop : Follow(slot, failures.RefusalProbed(slot, verdict));

    /// <summary>The replacement of a line could not be opened; the old line stays.</summary>
    public void ReplacementFailed(Line old, Exception? failure, Moment now)
    {
        LineSlot slot = old.Slot;
        merging.EndOpening(slot);
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
            // No login will succeed, so none is tried; the line stays for as long as the service lets it.
            old.RotateAt = null;
        }

        slot.DropReplacement();
        merging.BypassArbiterWhereAlone();
    }

    /// <summary>An accepted connection has ended.</summary>
    public LineAction LineEnded(Line line, ConnectionEnd end, Moment now)
    {
        LineSlot slot = line.Slot;
        Shard shard = slot.Shard;
        end = line.EndedBy(end);
        if (!shard.Lines.Remove(line) || ending.End is not null)
        {
            return LineAction.Stop;
        }

        if (!line.IsClosing)
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

        bool isRefused = FailurePolicy.IsRefusal(line, end);
        shard.Refusals.LineEnded(isRefused, hasStreamed: line.IsProven || shard.WasProven, now);
        outages.LineEnded(line, InterruptionBy(end, shard, isRefused, now), now);
        if (isBeingReplaced)
        {
            merging.EndOpening(slot);
            replacements.OldLineEnded(slot, isEviction: end.Reason != InterruptionReason.KeepAliveTimeout, now);
            slot.DropReplacement();
        }

        merging.BypassArbiterWhereAlone();
        return !isInPlace || slot.Current is not null ? LineAction.CarryOn
            : shard.IsRetired ? LineAction.Stop
            : Follow(slot, failures.LineEnded(line, end, now));
    }

    private LineAction Follow(LineSlot slot, FailureDecision decision, InterruptionReason reason, HttpStatusCode? status, Exception failure, Moment now)
    {
        if (Follow(slot, decision) == LineAction.RetryLater)
        {
            outages.OpeningFailed(slot.Shard, reason, status, failure, now);
        }

        return decision.Action;
    }

    private LineAction Follow(LineSlot slot, FailureDecision decision)
    {
        if (decision.Diagnostic is { } diagnostic)
        {
            output.Journal.Add(diagnostic, slot.Shard);
        }

        if (decision.Final is { } failure)
        {
            Fail(slot.Shard, failure);
        }

        if (decision.Action == LineAction.RenewAndRetryNow)
        {
            merging.StartOpening(slot);
        }

        return decision.Action;
    }

    /// <summary>Ends the feed; or only the update that wanted the shard.</summary>
    private void Fail(Shard shard, Exception failure)
    {
        if (shard.IsProvisional)
        {
            updates.Abandon(failure);
        }
        else
        {
            ending.EndBy(new FeedEnd(failure));
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
