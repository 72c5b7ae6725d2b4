using System.Net;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Decides what a refused connection means. The service does not tell a bad token from a bad contract: the token is renewed once, at once, and if a fresh one is
/// refused too, the contracts are at fault. Contracts that streamed before are given up only if refusals last, because a gateway may be at fault.
/// </summary>
internal sealed class RefusalPolicy(FeedOptions options, FeedPolicy policy)
{
    /// <summary>So many answers in a row that no waiting changes are final.</summary>
    private const int MaxAddressRefusals = 5;

    /// <summary>Whether the status says that the request line is too long for the server, a gateway included.</summary>
    public static bool IsTooLong(HttpStatusCode? status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge;

    /// <summary>Whether the status says that the token or a contract is refused.</summary>
    public static bool IsRefusal(HttpStatusCode? status) => status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary>Whether the status says that the service does not accept another connection beside an open one.</summary>
    public static bool IsRefusalOfAnother(HttpStatusCode? status) =>
        IsRefusal(status) || status is HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests;

    /// <summary>Whether no waiting changes the status: a wrong path, a contract that no request line can carry.</summary>
    public static bool IsRefusalOfAddress(HttpStatusCode? status) =>
        status is { } code
        && (int)code is >= 400 and < 500
        && code is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
        && (int)code != 425;

    /// <summary>What to check after an answer that no waiting changes.</summary>
    public static string AdviceOn(HttpStatusCode? status) => status == HttpStatusCode.NotFound
        ? "Check ImeClientOptions.BaseAddress, Connection.NamePath and Connection.IdPath."
        : "Check ImeClientOptions.Connection (paths, parameter names) and the contract's name.";

    /// <summary>Counts an answer that no waiting changes.</summary>
    /// <returns>Whether it is final.</returns>
    public static bool RefuseAddress(Shard shard, Moment now)
    {
        shard.Refusals.Add(now);
        return shard.Refusals.Count >= MaxAddressRefusals;
    }

    /// <summary>Decides what follows from a refusal of the token or the contracts.</summary>
    /// <returns><see cref="Remedy.GiveUp"/> if the refusal, which is then the one of the slot, is final and there is nothing to probe.</returns>
    public Remedy Decide(LineSlot slot, AccessToken token, Refusal refusal, Moment now)
    {
        Shard shard = slot.Shard;
        if (!shard.IsStreaming)
        {
            shard.Refusals.Add(now);
        }

        if (policy.CanRenewToken && slot.StaleToken is null)
        {
            slot.StaleToken = token;
            return Remedy.RenewAndRetryNow;
        }

        if (shard.IsStreaming)
        {
            // Neither token nor contracts are at fault; it is one connection too many, for now.
            return Remedy.RetryLater;
        }

        if (shard.WasProven && !shard.Refusals.IsFinal(policy.RefusedFor, now))
        {
            if (policy.CanRenewToken && token.ExpiresAt <= now.Utc)
            {
                // It was fresh once, but has expired on its way: the next attempt needs a newer one.
                slot.StaleToken = token;
            }

            return Remedy.RetryLater;
        }

        slot.Refusal = refusal with
        {
            History = shard.Refusals.Explain(now),
            Advice = policy.CanRenewToken
                ? "A fresh token was refused too, so a contract is unknown to the service or the account may not see it."
                : "A fixed AccessToken cannot be renewed: it may have expired, be bound to another address or client, or a contract is unknown to the service.",
        };
        return options.ProbeRefusals && shard.Contracts.Count > 1 ? Remedy.Probe : Remedy.GiveUp;
    }
}
