using System.Net;
using System.Net.WebSockets;
using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// What a refusal means. The service does not tell a bad token from a bad contract: the token is renewed once, at once, and if a fresh one is refused too, the
/// contracts are at fault. Contracts that streamed before are given up only if refusals last, because a gateway may be at fault. <see cref="FailurePolicy"/>
/// applies these rules.
/// </summary>
internal sealed class RefusalPolicy(FeedPolicy policy)
{
    /// <summary>After this many answers in a row that waiting cannot change, the refusal is final.</summary>
    private const int MaxAddressRefusals = 5;

    /// <summary>Whether the status says that the request line is too long for the server, a gateway included.</summary>
    public static bool IsTooLong(HttpStatusCode? status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge;

    /// <summary>Whether the status says that the token or a contract is refused.</summary>
    public static bool IsRefusal(HttpStatusCode? status) => status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary>Whether the service has refused a line that it had accepted, rather than ended it.</summary>
    public static bool IsRefusedAfterAccept(Line line, ConnectionEnd end) => end.CloseStatus == WebSocketCloseStatus.PolicyViolation && !line.IsProven;

    /// <summary>Whether the status says that the service does not accept another connection beside an open one.</summary>
    public static bool IsRefusalOfAnother(HttpStatusCode? status) =>
        IsRefusal(status) || status is HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests;

    /// <summary>Whether waiting cannot change the status: a wrong path, a contract that no request line can carry.</summary>
    public static bool IsRefusalOfAddress(HttpStatusCode? status) =>
        status is { } code
        && (int)code is >= 400 and < 500
        && code is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
        && (int)code != 425;

    /// <summary>What to check after an answer that waiting cannot change.</summary>
    public static string AdviceOn(HttpStatusCode? status) => status == HttpStatusCode.NotFound
        ? "Check ImeClientOptions.BaseAddress, Connection.NamePath and Connection.IdPath."
        : "Check ImeClientOptions.Connection (paths, parameter names) and the contract's name.";

    /// <summary>Counts an answer that waiting cannot change.</summary>
    /// <returns>Whether it is final.</returns>
    public static bool RefuseAddress(Shard shard, Moment now)
    {
        shard.Refusals.Add(now);
        return shard.Refusals.Count >= MaxAddressRefusals;
    }

    /// <summary>Returns a final refusal with what the user should know: how long the contracts streamed before, and what to check.</summary>
    public Refusal Explain(Refusal refusal, Shard shard, Moment now) => refusal with
    {
        History = shard.Refusals.Explain(now),
        Advice = policy.CanRenewToken
            ? "A fresh token was refused too, so a contract is unknown to the service or the account may not see it."
            : "A fixed AccessToken cannot be renewed: it may have expired, be bound to another address or client, or a contract is unknown to the service.",
    };
}
