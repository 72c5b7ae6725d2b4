using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>What follows when no line could be had: try on, renew the token, or give up.</content>
internal sealed partial class FeedSupervisor
{
    private readonly RefusalPolicy _refusals = new(options, policy);

    /// <summary>No connection was made.</summary>
    public NextStep HandshakeFailed(Lane lane, AccessToken token, HandshakeException failure, Moment now)
    {
        NoteFailure(failure.Message, now);
        OpeningEnds(lane);
        Shard shard = lane.Shard;
        if (End is not null || shard.IsRetired)
        {
            return NextStep.Stop;
        }

        if (RefusalPolicy.IsTooLong(failure.Status) && shard.Contracts.Count > 1 && shard.Lines.Count == 0)
        {
            return NextStep.Split;
        }

        bool isRefused = RefusalPolicy.IsRefusal(failure.Status);
        NextStep step = isRefused ? Refuse(lane, token, new Refusal(failure, null, ""), now)
            : RefusalPolicy.IsRefusalOfAddress(failure.Status) && !shard.WasProven && (RefusalPolicy.RefuseAddress(shard, now) || _first is { IsAwaited: true })
                ? Fail(shard, new Refusal(failure, null, RefusalPolicy.AdviceOn(failure.Status)).ToException(shard.Contracts, null))
                : RetryLater(lane, failure);
        if (step == NextStep.RetryLater)
        {
            InterruptByFailure(shard, isRefused ? InterruptionReason.Refused : InterruptionReason.ConnectFailed, failure.Status, failure, now);
        }

        return step;
    }

    /// <summary>No token was had.</summary>
    public NextStep LoginFailed(Lane lane, ImeException failure, Moment now)
    {
        NoteFailure(failure.Message, now);
        OpeningEnds(lane);
        Shard shard = lane.Shard;
        if (End is not null || shard.IsRetired)
        {
            return NextStep.Stop;
        }

        if (!failure.IsTransient && shard.IsCarried)
        {
            // The account is not to be hammered, and what lives is to live on: this lane is not opened again.
            shard.Lanes.Remove(lane);
            Notice(FeedNotice.RedundancyRefused, shard);
            return NextStep.Stop;
        }

        NextStep step = failure.IsTransient ? RetryLater(lane, failure) : Fail(shard, failure);
        if (step == NextStep.RetryLater)
        {
            InterruptByFailure(shard, InterruptionReason.LoginFailed, (failure as ImeAuthenticationException)?.StatusCode, failure, now);
        }

        return step;
    }

    /// <summary>It has been found out, as far as that is possible, which contracts were refused.</summary>
    public NextStep RefusalProbed(Lane lane, RefusalVerdict? verdict)
    {
        Shard shard = lane.Shard;
        if (End is not null || shard.IsRetired)
        {
            return NextStep.Stop;
        }

        Refusal refusal = lane.Refusal!;
        if (shard.WasProven && verdict is { IsComplete: true, AtFault.Count: 0 })
        {
            // The service takes all of them again, one by one.
            shard.Refusals.Clear();
            return RetryLater(lane, refusal.Cause);
        }

        if (verdict is not null && verdict.AtFault.Any(IsStreamed))
        {
            (refusal, verdict) = (refusal with { Advice = "It refused contracts too that are being streamed right now, so it takes no further connection of this account at present." }, null);
        }

        return Fail(shard, refusal.ToException(shard.Contracts, verdict));
    }

    /// <summary>Whether a line brings this contract, so that nothing can be wrong with it.</summary>
    private bool IsStreamed(ContractKey contract) => _shards.Exists(shard => shard.IsCarried && shard.Contracts.Contains(contract));

    private NextStep Refuse(Lane lane, AccessToken token, Refusal refusal, Moment now)
    {
        NextStep step = _refusals.Decide(lane, token, refusal, now);
        switch (step)
        {
            case NextStep.RenewAndRetryNow:
                OpeningBegins(lane);
                return step;
            case NextStep.RetryLater when lane.Shard.IsCarried && lane.Shard.Redundancy.Refused():
                Notice(FeedNotice.RedundancyRefused, lane.Shard);
                return step;
            case NextStep.RetryLater:
                return RetryLater(lane, refusal.Cause);
            case NextStep.Stop:
                return RefusalProbed(lane, null);
            default:
                return step;
        }
    }

    private NextStep RetryLater(Lane lane, Exception? cause)
    {
        Shard shard = lane.Shard;
        if (_first is { IsAwaited: true } && !shard.IsTrial && !shard.Lanes.Exists(static other => other.WasConnected))
        {
            return Fail(shard, cause as ImeException ?? new ImeConnectionException($"The service could not be reached. {cause?.Message}".TrimEnd(), lane.Attempts, cause));
        }

        if (policy.MaxAttempts is not { } most || shard.Lines.Count > 0 || !shard.Lanes.TrueForAll(other => other.Attempts >= most || !other.WasConnected))
        {
            return NextStep.RetryLater;
        }

        return lane.Attempts < most
            ? NextStep.RetryLater
            : Fail(shard, new ImeConnectionException($"The service could not be reached {(lane.Attempts == 1 ? "in 1 attempt" : $"in {lane.Attempts} attempts in a row")}. {cause?.Message}".TrimEnd(), lane.Attempts, cause));
    }

    /// <summary>Ends the feed; or only the update that wanted the shard.</summary>
    private NextStep Fail(Shard shard, Exception failure)
    {
        if (shard.IsTrial)
        {
            AbandonUpdate(failure);
        }
        else
        {
            EndBy(new FeedEnd(failure));
        }

        return NextStep.Stop;
    }
}
