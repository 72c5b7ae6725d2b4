using System.Net;
using HedgeTech.Ime.Connection;
using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <content>What follows when no line could be had: try on, renew the token, or give up.</content>
internal sealed partial class FeedSupervisor
{
    /// <summary>So many answers in a row that no waiting changes are final.</summary>
    private const int AddressRefusals = 5;

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

        NextStep step;
        switch (failure.Status)
        {
            case HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge
                when shard.Contracts.Count > 1 && shard.Lines.Count == 0:
                return NextStep.Split;
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                step = Refuse(lane, token, new Refusal(failure, null, ""), now);
                break;
            case { } status when IsRefusalOfAddress(status) && !shard.WasProven:
                shard.Refusals.Add(now);
                step = shard.Refusals.Count >= AddressRefusals || _first is { IsAwaited: true }
                    ? Fail(shard, new Refusal(failure, null, Advice(status)).ToException(shard.Contracts, null))
                    : RetryLater(lane, failure);
                break;
            default:
                step = RetryLater(lane, failure);
                break;
        }

        if (step == NextStep.RetryLater)
        {
            InterruptionReason reason = failure.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? InterruptionReason.Refused
                : InterruptionReason.ConnectFailed;
            InterruptByFailure(shard, reason, failure.Status, failure, now);
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

        if (!failure.IsTransient && IsCarriedByAnother(shard))
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
    private bool IsStreamed(ContractKey contract) => _shards.Exists(shard => IsCarriedByAnother(shard) && shard.Contracts.Contains(contract));

    /// <summary>4xx answers that no waiting mends: a wrong path, a contract that no request line can carry.</summary>
    private static bool IsRefusalOfAddress(HttpStatusCode status) =>
        (int)status is >= 400 and < 500
        && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
        && (int)status != 425;

    private static string Advice(HttpStatusCode status) => status == HttpStatusCode.NotFound
        ? "Check ImeClientOptions.BaseAddress, Connection.NamePath and Connection.IdPath."
        : "Check ImeClientOptions.Connection (paths, parameter names) and the contract's name.";

    /// <summary>Whether the service takes these contracts and this account right now, on another line.</summary>
    private static bool IsCarriedByAnother(Shard shard) => shard.Lines.Exists(static line => line.IsProven);

    /// <summary>
    /// The service does not tell a bad token from a bad contract. So: a fresh token once, at once; refused again, it is the contracts. Unless
    /// they were right before: then a gateway may be at fault, and the refusal is final only when it lasts.
    /// </summary>
    private NextStep Refuse(Lane lane, AccessToken token, Refusal refusal, Moment now)
    {
        Shard shard = lane.Shard;
        bool isCarriedByAnother = IsCarriedByAnother(shard);
        if (!isCarriedByAnother)
        {
            shard.Refusals.Add(now);
        }

        if (policy.CanRenewToken && lane.StaleToken is null)
        {
            lane.StaleToken = token;
            OpeningBegins(lane);
            return NextStep.RenewAndRetryNow;
        }

        if (isCarriedByAnother)
        {
            // Neither token nor contracts are at fault; it is one connection too many, for now.
            if (shard.Redundancy.Refused())
            {
                Notice(FeedNotice.RedundancyRefused, shard);
            }

            return NextStep.RetryLater;
        }

        if (shard.WasProven && !shard.Refusals.IsFinal(policy.RefusedFor, now))
        {
            if (policy.CanRenewToken && token.ExpiresAt <= now.Utc)
            {
                // It was fresh once, but has expired on its way: the next attempt is to have a newer one.
                lane.StaleToken = token;
            }

            return RetryLater(lane, refusal.Cause);
        }

        lane.Refusal = refusal with
        {
            History = shard.Refusals.Explain(now),
            Advice = policy.CanRenewToken
                ? "A fresh token was refused too, so a contract is unknown to the service or the account may not see it."
                : "A fixed AccessToken cannot be renewed: it may have expired, be bound to another address or client, or a contract is unknown to the service.",
        };
        return options.ProbeRefusals && shard.Contracts.Count > 1 ? NextStep.Probe : RefusalProbed(lane, null);
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
