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
            return new(Remedy.Split);
        }

        if (RefusalPolicy.IsRefusal(failure.Status))
        {
            return Refused(slot, token, new Refusal(failure, null, ""), now);
        }

        return RefusalPolicy.IsRefusalOfAddress(failure.Status) && !shard.WasProven && (RefusalPolicy.RefuseAddress(shard, now) || ending.AreFirstConnectionsAwaited)
            ? new(Remedy.GiveUp, new Refusal(failure, null, RefusalPolicy.AdviceOn(failure.Status)).ToException(shard.Contracts, null))
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
            return new(Remedy.GiveUp, failure);
        }

        // No further login is tried, and what lives is to live on: this slot is not opened again.
        slot.Shard.Slots.Remove(slot);
        return new(Remedy.GiveUp, Diagnostic: FeedDiagnostic.RedundancyRefused);
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

        return new(Remedy.GiveUp, refusal.ToException(shard.Contracts, verdict));
    }

    /// <summary>A line has ended and left its slot empty.</summary>
    public FailureDecision LineEnded(Line line, ConnectionEnd end, Moment now)
    {
        LineSlot slot = line.Slot;
        Shard shard = slot.Shard;
        if (shard.Slots.Count > 1 && shard.Lines.Count > 0
            && shard.Redundancy.LineEnded(shard.Lines.Where(other => other.Slot != slot), now) && shard.Slots.Remove(slot))
        {
            return new(Remedy.GiveUp, Diagnostic: FeedDiagnostic.RedundancyGivenUp);
        }

        if (!shard.Slots.Contains(slot))
        {
            return new(Remedy.GiveUp);
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
        Remedy remedy = _refusals.Decide(slot, token, refusal, now);
        return remedy switch
        {
            Remedy.RetryLater when slot.Shard.IsStreaming && slot.Shard.Redundancy.Refused() => new(remedy, Diagnostic: FeedDiagnostic.RedundancyRefused),
            Remedy.RetryLater => RetryLater(slot, refusal.Cause),
            Remedy.GiveUp => RefusalProbed(slot, null),
            _ => new(remedy),
        };
    }

    private FailureDecision RetryLater(LineSlot slot, Exception? cause)
    {
        Shard shard = slot.Shard;
        if (ending.AreFirstConnectionsAwaited && !shard.IsProvisional && !shard.Slots.Exists(static other => other.WasConnected))
        {
            return new(Remedy.GiveUp, cause as ImeException ?? Unreachable("", slot, cause));
        }

        return policy.MaxAttempts is { } most && shard.Lines.Count == 0 && slot.Attempts >= most && shard.Slots.TrueForAll(other => other.Attempts >= most || !other.WasConnected)
            ? new(Remedy.GiveUp, Unreachable(slot.Attempts == 1 ? " in 1 attempt" : $" in {slot.Attempts} attempts in a row", slot, cause))
            : new(Remedy.RetryLater);
    }

    private static ImeConnectionException Unreachable(string attempts, LineSlot slot, Exception? cause) =>
        new($"The service could not be reached{attempts}. {cause?.Message}".TrimEnd(), slot.Attempts, cause);
}

/// <summary>What follows from a failure.</summary>
/// <param name="Remedy">What the slot tries.</param>
/// <param name="Final">Why the feed, or the update that wanted the shard, ends; null if it continues.</param>
/// <param name="Diagnostic">What the log is told; null if nothing.</param>
internal readonly record struct FailureDecision(Remedy Remedy, Exception? Final = null, FeedDiagnostic? Diagnostic = null);

/// <summary>What is tried after a failure.</summary>
internal enum Remedy
{
    /// <summary>Try again after the delay that the backoff says.</summary>
    RetryLater,

    /// <summary>Renew the token and try again at once.</summary>
    RenewAndRetryNow,

    /// <summary>Split the shard: its request line was too long.</summary>
    Split,

    /// <summary>Find out which contracts are refused, and then end.</summary>
    Probe,

    /// <summary>Nothing.</summary>
    GiveUp,
}

/// <summary>Decides for one shard whether redundancy is given up: a service that closes one line each time another is accepted allows one only.</summary>
internal sealed class RedundancyGuard
{
    private const int MaxEvictions = 10;

    /// <summary>A line that ends within this time of the accept of another was closed because of it.</summary>
    private static readonly TimeSpan EvictionWindow = TimeSpan.FromMilliseconds(100);

    private int _evictions;
    private bool _isRefused;

    /// <summary>A line of the shard has ended while others are open.</summary>
    /// <returns>Whether redundancy is to be given up.</returns>
    public bool LineEnded(IEnumerable<Line> others, Moment now)
    {
        bool wasEvicted = others.Any(other => now - other.OpenedAt < EvictionWindow);
        _evictions = wasEvicted ? _evictions + 1 : 0;
        return _evictions >= MaxEvictions;
    }

    /// <summary>The service has refused a line beside an open one.</summary>
    /// <returns>Whether that happened for the first time.</returns>
    public bool Refused()
    {
        bool isFirst = !_isRefused;
        _isRefused = true;
        return isFirst;
    }
}
