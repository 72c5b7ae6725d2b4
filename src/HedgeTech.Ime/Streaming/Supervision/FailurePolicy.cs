using System.Net.WebSockets;
using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Decides what follows when a line could not be opened, or has ended without another in its place: try again, renew the token, split, probe, or give up.
/// </summary>
internal sealed class FailurePolicy(FeedOptions options, FeedPolicy policy, ShardSet shards, FeedEnding ending)
{
    private readonly RefusalPolicy _refusals = new(options, policy);

    /// <summary>Whether the service has refused a line that it had accepted, rather than ended it.</summary>
    public static bool IsRefusal(Line line, ConnectionEnd end) => end.CloseStatus == WebSocketCloseStatus.PolicyViolation && !line.IsProven;

    /// <summary>No connection was made.</summary>
    public FailureDecision HandshakeFailed(LineSlot slot, AccessToken token, HandshakeException failure, Moment now)
    {
        Shard shard = slot.Shard;
        if (RefusalPolicy.IsTooLong(failure.Status) && shard.Contracts.Count > 1 && shard.Lines.Count == 0)
        {
            return new(LineAction.Split);
        }

        if (RefusalPolicy.IsRefusal(failure.Status))
        {
            return Refused(slot, token, new Refusal(failure, null, ""), now);
        }

        return RefusalPolicy.IsRefusalOfAddress(failure.Status) && !shard.WasProven && (RefusalPolicy.RefuseAddress(shard, now) || ending.AreFirstConnectionsAwaited)
            ? new(LineAction.Stop, new Refusal(failure, null, RefusalPolicy.AdviceOn(failure.Status)).ToException(shard.Contracts, null))
            : RetryLater(slot, failure);
    }

    /// <summary>The login failed.</summary>
    public FailureDecision LoginFailed(LineSlot slot, ImeException failure)
    {
        if (failure.IsTransient)
        {
            return RetryLater(slot, failure);
        }

        if (!slot.Shard.IsStreaming)
        {
            return new(LineAction.Stop, failure);
        }

        // No further login is tried, and what lives is to live on: this slot is not opened again.
        slot.Shard.Slots.Remove(slot);
        return new(LineAction.Stop, Diagnostic: FeedDiagnostic.RedundancyRefused);
    }

    /// <summary>It has been found out, as far as that is possible, which contracts were refused.</summary>
    public FailureDecision RefusalProbed(LineSlot slot, RefusalVerdict? verdict)
    {
        Shard shard = slot.Shard;
        Refusal refusal = slot.Refusal!;
        if (shard.WasProven && verdict is { IsComplete: true, AtFault.Count: 0 })
        {
            // The service takes all of them again, one by one.
            shard.Refusals.Clear();
            return RetryLater(slot, refusal.Cause);
        }

        if (verdict is not null && verdict.AtFault.Any(shards.IsStreaming))
        {
            (refusal, verdict) = (refusal with { Advice = "It refused contracts too that are being streamed right now, so it takes no further connection of this account at present." }, null);
        }

        return new(LineAction.Stop, refusal.ToException(shard.Contracts, verdict));
    }

    /// <summary>A line has ended and left its slot empty.</summary>
    public FailureDecision LineEnded(Line line, ConnectionEnd end, Moment now)
    {
        LineSlot slot = line.Slot;
        Shard shard = slot.Shard;
        if (shard.Slots.Count > 1 && shard.Lines.Count > 0
            && shard.Redundancy.LineEnded(shard.Lines.Where(other => other.Slot != slot), now) && shard.Slots.Remove(slot))
        {
            return new(LineAction.Stop, Diagnostic: FeedDiagnostic.RedundancyGivenUp);
        }

        if (!shard.Slots.Contains(slot))
        {
            return new(LineAction.Stop);
        }

        if (IsRefusal(line, end))
        {
            return Refused(slot, line.Token, new Refusal(null, end, ""), now);
        }

        if (end.CloseStatus == WebSocketCloseStatus.PolicyViolation && policy.CanRenewToken)
        {
            // It had brought data, so the contracts are right: the token has gone stale.
            slot.StaleToken = line.Token;
        }

        return RetryLater(slot, end.Exception);
    }

    private FailureDecision Refused(LineSlot slot, AccessToken token, Refusal refusal, Moment now)
    {
        LineAction action = _refusals.Decide(slot, token, refusal, now);
        return action switch
        {
            LineAction.RetryLater when slot.Shard.IsStreaming && slot.Shard.Redundancy.Refused() => new(action, Diagnostic: FeedDiagnostic.RedundancyRefused),
            LineAction.RetryLater => RetryLater(slot, refusal.Cause),
            LineAction.Stop => RefusalProbed(slot, null),
            _ => new(action),
        };
    }

    private FailureDecision RetryLater(LineSlot slot, Exception? cause)
    {
        Shard shard = slot.Shard;
        if (ending.AreFirstConnectionsAwaited && !shard.IsProvisional && !shard.Slots.Exists(static other => other.WasConnected))
        {
            return new(LineAction.Stop, cause as ImeException ?? Unreachable("", slot, cause));
        }

        return policy.MaxAttempts is { } most && shard.Lines.Count == 0 && slot.Attempts >= most && shard.Slots.TrueForAll(other => other.Attempts >= most || !other.WasConnected)
            ? new(LineAction.Stop, Unreachable(slot.Attempts == 1 ? " in 1 attempt" : $" in {slot.Attempts} attempts in a row", slot, cause))
            : new(LineAction.RetryLater);
    }

    private static ImeConnectionException Unreachable(string attempts, LineSlot slot, Exception? cause) =>
        new($"The service could not be reached{attempts}. {cause?.Message}".TrimEnd(), slot.Attempts, cause);
}

/// <summary>What follows from a failure.</summary>
/// <param name="Action">What the slot is to do.</param>
/// <param name="Final">Why the feed, or the update that wanted the shard, ends; null if it continues.</param>
/// <param name="Diagnostic">What the log is told; null if nothing.</param>
internal readonly record struct FailureDecision(LineAction Action, Exception? Final = null, FeedDiagnostic? Diagnostic = null);
