using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>What follows when no line could be had: try on, renew the token, or give up.</content>
internal sealed partial class FeedSupervisor
{
    private readonly RefusalPolicy _refusals = new(options, policy);

    /// <summary>No connection was made.</summary>
    public LineAction HandshakeFailed(LineSlot slot, AccessToken token, HandshakeException failure, Moment now)
    {
        NoteFailure(failure.Message, now);
        OpeningEnds(slot);
        Shard shard = slot.Shard;
        if (End is not null || shard.IsRetired)
        {
            return LineAction.Stop;
        }

        if (RefusalPolicy.IsTooLong(failure.Status) && shard.Contracts.Count > 1 && shard.Lines.Count == 0)
        {
            return LineAction.Split;
        }

        bool isRefused = RefusalPolicy.IsRefusal(failure.Status);
        LineAction step = isRefused ? Refuse(slot, token, new Refusal(failure, null, ""), now)
            : RefusalPolicy.IsRefusalOfAddress(failure.Status) && !shard.WasProven && (RefusalPolicy.RefuseAddress(shard, now) || _first is { IsAwaited: true })
                ? Fail(shard, new Refusal(failure, null, RefusalPolicy.AdviceOn(failure.Status)).ToException(shard.Contracts, null))
                : RetryLater(slot, failure);
        if (step == LineAction.RetryLater)
        {
            InterruptByFailure(shard, isRefused ? InterruptionReason.Refused : InterruptionReason.ConnectFailed, failure.Status, failure, now);
        }

        return step;
    }

    /// <summary>No token was had.</summary>
    public LineAction LoginFailed(LineSlot slot, ImeException failure, Moment now)
    {
        NoteFailure(failure.Message, now);
        OpeningEnds(slot);
        Shard shard = slot.Shard;
        if (End is not null || shard.IsRetired)
        {
            return LineAction.Stop;
        }

        if (!failure.IsTransient && shard.IsStreaming)
        {
            // The account is not to be hammered, and what lives is to live on: this slot is not opened again.
            shard.Slots.Remove(slot);
            Diagnose(FeedDiagnostic.RedundancyRefused, shard);
            return LineAction.Stop;
        }

        LineAction step = failure.IsTransient ? RetryLater(slot, failure) : Fail(shard, failure);
        if (step == LineAction.RetryLater)
        {
            InterruptByFailure(shard, InterruptionReason.LoginFailed, (failure as ImeAuthenticationException)?.StatusCode, failure, now);
        }

        return step;
    }

    /// <summary>It has been found out, as far as that is possible, which contracts were refused.</summary>
    public LineAction RefusalProbed(LineSlot slot, RefusalVerdict? verdict)
    {
        Shard shard = slot.Shard;
        if (End is not null || shard.IsRetired)
        {
            return LineAction.Stop;
        }

        Refusal refusal = slot.Refusal!;
        if (shard.WasProven && verdict is { IsComplete: true, AtFault.Count: 0 })
        {
            // The service takes all of them again, one by one.
            shard.Refusals.Clear();
            return RetryLater(slot, refusal.Cause);
        }

        if (verdict is not null && verdict.AtFault.Any(IsStreamed))
        {
            (refusal, verdict) = (refusal with { Advice = "It refused contracts too that are being streamed right now, so it takes no further connection of this account at present." }, null);
        }

        return Fail(shard, refusal.ToException(shard.Contracts, verdict));
    }

    /// <summary>Whether a line brings this contract, so that nothing can be wrong with it.</summary>
    private bool IsStreamed(ContractKey contract) => _shards.Exists(shard => shard.IsStreaming && shard.Contracts.Contains(contract));

    private LineAction Refuse(LineSlot slot, AccessToken token, Refusal refusal, Moment now)
    {
        LineAction step = _refusals.Decide(slot, token, refusal, now);
        switch (step)
        {
            case LineAction.RenewAndRetryNow:
                OpeningBegins(slot);
                return step;
            case LineAction.RetryLater when slot.Shard.IsStreaming && slot.Shard.Redundancy.Refused():
                Diagnose(FeedDiagnostic.RedundancyRefused, slot.Shard);
                return step;
            case LineAction.RetryLater:
                return RetryLater(slot, refusal.Cause);
            case LineAction.Stop:
                return RefusalProbed(slot, null);
            default:
                return step;
        }
    }

    private LineAction RetryLater(LineSlot slot, Exception? cause)
    {
        Shard shard = slot.Shard;
        if (_first is { IsAwaited: true } && !shard.IsProvisional && !shard.Slots.Exists(static other => other.WasConnected))
        {
            return Fail(shard, cause as ImeException ?? new ImeConnectionException($"The service could not be reached. {cause?.Message}".TrimEnd(), slot.Attempts, cause));
        }

        if (policy.MaxAttempts is not { } most || shard.Lines.Count > 0 || !shard.Slots.TrueForAll(other => other.Attempts >= most || !other.WasConnected))
        {
            return LineAction.RetryLater;
        }

        return slot.Attempts < most
            ? LineAction.RetryLater
            : Fail(shard, new ImeConnectionException($"The service could not be reached {(slot.Attempts == 1 ? "in 1 attempt" : $"in {slot.Attempts} attempts in a row")}. {cause?.Message}".TrimEnd(), slot.Attempts, cause));
    }

    /// <summary>Ends the feed; or only the update that wanted the shard.</summary>
    private LineAction Fail(Shard shard, Exception failure)
    {
        if (shard.IsProvisional)
        {
            AbandonUpdate(failure);
        }
        else
        {
            EndBy(new FeedEnd(failure));
        }

        return LineAction.Stop;
    }
}
