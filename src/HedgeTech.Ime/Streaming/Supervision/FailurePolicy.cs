using System.Net.WebSockets;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Delivery;
using HedgeTech.Ime.Streaming.Events;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Decides what follows when a line could not be opened, or has ended without another in its place: try again, renew the token, split, probe, or end the feed.
/// </summary>
internal sealed class FailurePolicy(
    FeedOptions options, FeedPolicy policy, ShardSet shards, FeedEnding ending, FeedOutput output, LineOpenings openings, UpdatePolicy updates)
{
    private readonly RefusalPolicy _refusals = new(policy);

    public LineAction HandshakeFailed(LineSlot slot, AccessToken token, HandshakeException failure, Moment now)
    {
        Shard shard = slot.Shard;
        if (RefusalPolicy.IsTooLong(failure.Status) && shard.Contracts.Count > 1 && shard.Lines.Count == 0)
        {
            return slot.Split();
        }

        if (RefusalPolicy.IsRefusal(failure.Status))
        {
            return Refused(slot, token, new Refusal(failure, null, ""), now);
        }

        return RefusalPolicy.IsRefusalOfAddress(failure.Status) && !shard.WasProven && (RefusalPolicy.RefuseAddress(shard, now) || ending.AreFirstConnectionsAwaited)
            ? GiveUp(slot, new Refusal(failure, null, RefusalPolicy.AdviceOn(failure.Status)).ToException(shard.Contracts, null))
            : RetryLater(slot, failure, failure.RetryAfter);
    }

    public LineAction LoginFailed(LineSlot slot, ImeException failure)
    {
        if (failure.IsTransient)
        {
            return RetryLater(slot, failure, (failure as ImeAuthenticationException)?.RetryAfter);
        }

        if (!slot.Shard.IsStreaming)
        {
            return GiveUp(slot, failure);
        }

        // No later login can succeed, but the open lines continue: only this slot is given up.
        slot.Shard.Slots.Remove(slot);
        output.Log(FeedDiagnostic.RedundancyRefused, slot.Shard.Number);
        return slot.Stop();
    }

    /// <summary>The probe has found, as far as it could, which contracts the service refuses.</summary>
    public LineAction RefusalProbed(LineSlot slot, RefusalVerdict? verdict)
    {
        Shard shard = slot.Shard;
        Refusal refusal = slot.Refusal!;
        if (shard.WasProven && verdict is { IsComplete: true, AtFault.Count: 0 })
        {
            // The service accepts all of them again, one by one.
            shard.Refusals.Clear();
            return RetryLater(slot, refusal.Cause);
        }

        if (verdict is not null && verdict.AtFault.Any(shards.IsStreaming))
        {
            (refusal, verdict) = (refusal with { Advice = "It also refused contracts that are being streamed right now, so it does not accept another connection of this account at present." }, null);
        }

        return GiveUp(slot, refusal.ToException(shard.Contracts, verdict));
    }

    /// <summary>A line has ended and left its slot empty.</summary>
    public LineAction LineEnded(Line line, ConnectionEnd end, Moment now)
    {
        LineSlot slot = line.Slot;
        Shard shard = slot.Shard;
        if (shard.Slots.Count > 1 && shard.Lines.Count > 0
            && shard.Redundancy.LineEnded(shard.Lines.Where(other => other.Slot != slot), now) && shard.Slots.Remove(slot))
        {
            output.Log(FeedDiagnostic.RedundancyGivenUp, shard.Number);
            return slot.Stop();
        }

        if (!shard.Slots.Contains(slot))
        {
            return slot.Stop();
        }

        if (RefusalPolicy.IsRefusedAfterAccept(line, end))
        {
            return Refused(slot, line.Token, new Refusal(null, end, ""), now);
        }

        if (end.CloseStatus == WebSocketCloseStatus.PolicyViolation && policy.CanRenewToken)
        {
            // The line had brought data, so the contracts are right: the token has gone stale.
            slot.StaleToken = line.Token;
        }

        return RetryLater(slot, end.Exception);
    }

    /// <summary>The service refuses the token or the contracts, and does not say which.</summary>
    private LineAction Refused(LineSlot slot, AccessToken token, Refusal refusal, Moment now)
    {
        Shard shard = slot.Shard;
        if (!shard.IsStreaming)
        {
            shard.Refusals.Add(now);
        }

        if (policy.CanRenewToken && slot.StaleToken is null)
        {
            // First it may be the token.
            slot.StaleToken = token;
            return openings.Renew(slot);
        }

        if (shard.IsStreaming)
        {
            // Neither the token nor the contracts are at fault: the service does not accept another connection for now.
            if (!shard.Redundancy.Refused())
            {
                return RetryLater(slot, refusal.Cause, refusal.RetryAfter);
            }

            output.Log(FeedDiagnostic.RedundancyRefused, shard.Number);
            return slot.Wait(refusal.RetryAfter);
        }

        if (shard.WasProven && !shard.Refusals.IsFinal(policy.RefusedFor, now))
        {
            if (policy.CanRenewToken && token.ExpiresAt <= now.Utc)
            {
                // The token was fresh once, but has expired on its way: the next attempt needs a newer one.
                slot.StaleToken = token;
            }

            return RetryLater(slot, refusal.Cause, refusal.RetryAfter);
        }

        slot.Refusal = _refusals.Explain(refusal, shard, now);
        return options.ProbeRefusals && shard.Contracts.Count > 1 ? slot.Probe() : RefusalProbed(slot, null);
    }

    private LineAction RetryLater(LineSlot slot, Exception? cause, TimeSpan? retryAfter = null)
    {
        Shard shard = slot.Shard;
        if (ending.AreFirstConnectionsAwaited && !shard.IsProvisional && !shard.Slots.Exists(static other => other.WasConnected))
        {
            return GiveUp(slot, cause as ImeException ?? Unreachable("", slot, cause));
        }

        return policy.MaxAttempts is { } most && shard.Lines.Count == 0 && slot.Attempts >= most && shard.Slots.TrueForAll(other => other.Attempts >= most || !other.WasConnected)
            ? GiveUp(slot, Unreachable(slot.Attempts == 1 ? " in 1 attempt" : $" in {slot.Attempts} attempts in a row", slot, cause))
            : slot.Wait(retryAfter);
    }

    /// <summary>Ends the feed, or only the update that added the shard.</summary>
    private LineAction GiveUp(LineSlot slot, Exception failure)
    {
        if (slot.Shard.IsProvisional)
        {
            updates.Abandon(failure);
        }
        else
        {
            ending.EndBy(new FeedEnd(failure));
        }

        return slot.Stop();
    }

    private static ImeConnectionException Unreachable(string attempts, LineSlot slot, Exception? cause) =>
        new($"The service could not be reached{attempts}. {cause?.Message}".TrimEnd(), slot.Attempts, cause);
}
