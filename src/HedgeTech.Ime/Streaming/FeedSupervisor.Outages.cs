using System.Net;
using System.Net.WebSockets;
using HedgeTech.Ime.Connection;

namespace HedgeTech.Ime.Streaming;

/// <content>What went wrong, and what to do about it.</content>
internal sealed partial class FeedSupervisor
{
    /// <summary>A set that was right before is only finally refused after so many refusals in a row: a gateway may hiccup.</summary>
    private const int RefusalsOfProvenSet = 5;

    /// <summary>An accepted connection has ended.</summary>
    public NextStep LineEnded(Line line, ConnectionEnd end, DateTimeOffset now)
    {
        Shard shard = line.Shard;
        line.IsOver = true;
        if (!shard.Lines.Remove(line) || End is not null)
        {
            return NextStep.Stop;
        }

        LeaveArbiter(line, now);
        if (shard.Lines.Count > 0)
        {
            return NextStep.CarryOn;
        }

        bool policyViolation = end.CloseStatus == WebSocketCloseStatus.PolicyViolation;
        bool refused = policyViolation && !line.IsProven;
        Interrupt(shard, new FeedInterrupted
        {
            Connection = shard.Number,
            Contracts = shard.Contracts,
            Reason = refused ? InterruptionReason.Refused : end.Reason,
            CloseStatus = end.CloseStatus,
            Description = end.Description,
            Exception = end.Exception,
            ReceivedAt = now,
        });
        if (refused)
        {
            return Refuse(shard, line.Token, null, end);
        }

        if (policyViolation)
        {
            // It had carried data, so the contracts are right: the token has gone stale.
            shard.StaleToken = line.Token;
        }

        return RetryLater(shard, end.Exception);
    }

    /// <summary>No connection was made.</summary>
    public NextStep HandshakeFailed(Shard shard, AccessToken token, HandshakeException failure, DateTimeOffset now)
    {
        if (End is not null)
        {
            return NextStep.Stop;
        }

        NextStep step;
        switch (failure.Status)
        {
            case HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge when shard.Contracts.Count > 1:
                return NextStep.Split;
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                step = Refuse(shard, token, failure, null);
                break;
            case { } status when IsRefusalOfAddress(status) && !shard.WasProven:
                step = ++shard.Refusals >= RefusalsOfProvenSet ? Fail(Refused(shard, failure, null, Advice(status))) : RetryLater(shard, failure);
                break;
            default:
                step = RetryLater(shard, failure);
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
    public NextStep LoginFailed(Shard shard, ImeException failure, DateTimeOffset now)
    {
        if (End is not null)
        {
            return NextStep.Stop;
        }

        NextStep step = failure.IsTransient ? RetryLater(shard, failure) : Fail(failure);
        if (step == NextStep.RetryLater)
        {
            InterruptByFailure(shard, InterruptionReason.LoginFailed, (failure as ImeAuthenticationException)?.StatusCode, failure, now);
        }

        return step;
    }

    /// <summary>4xx answers that no waiting mends: a wrong path, a contract that no request line can carry.</summary>
    private static bool IsRefusalOfAddress(HttpStatusCode status) =>
        (int)status is >= 400 and < 500
        && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
        && (int)status != 425;

    private static string Advice(HttpStatusCode status) => status == HttpStatusCode.NotFound
        ? "Check ImeClientOptions.BaseAddress, Connection.NamePath and Connection.IdPath."
        : "Check ImeClientOptions.Connection (paths, parameter names) and the contract's name.";

    private static ImeSubscriptionRefusedException Refused(Shard shard, HandshakeException? failure, ConnectionEnd? end, string advice)
    {
        string how = failure is not null
            ? $"HTTP {(int)failure.Status!} at the handshake"
            : $"close status 1008{(string.IsNullOrEmpty(end!.Description) ? "" : $" ({end.Description})")} before the first message";
        return new ImeSubscriptionRefusedException(
            $"The service refused to stream {shard.Contracts}: {how}. {advice}",
            shard.Contracts,
            failure?.Status,
            end?.CloseStatus,
            end?.Description,
            failure ?? end?.Exception);
    }

    /// <summary>
    /// The service does not tell a bad token from a bad contract. So: a fresh token once, at once; refused again, it is the contracts. Unless
    /// they were right before: then a gateway may be at fault, and the refusal is final only when it lasts.
    /// </summary>
    private NextStep Refuse(Shard shard, AccessToken token, HandshakeException? failure, ConnectionEnd? end)
    {
        shard.Refusals++;
        if (canRenewToken && shard.StaleToken is null)
        {
            shard.StaleToken = token;
            return NextStep.RenewAndRetryNow;
        }

        if (shard.WasProven && shard.Refusals < RefusalsOfProvenSet)
        {
            return RetryLater(shard, failure ?? end?.Exception);
        }

        return Fail(Refused(shard, failure, end, canRenewToken
            ? "A fresh token was refused too, so a contract is unknown to the service or the account may not see it."
            : "A fixed AccessToken cannot be renewed: it may have expired, be bound to another address or client, or a contract is unknown to the service."));
    }

    private NextStep RetryLater(Shard shard, Exception? cause) => maxAttempts is { } most && shard.Attempts >= most
        ? Fail(new ImeConnectionException($"The service could not be reached in {shard.Attempts} attempts in a row. {cause?.Message}".TrimEnd(), shard.Attempts, cause))
        : NextStep.RetryLater;

    private NextStep Fail(Exception failure)
    {
        EndBy(new FeedEnd(failure));
        return NextStep.Stop;
    }

    private void InterruptByFailure(Shard shard, InterruptionReason reason, HttpStatusCode? status, Exception failure, DateTimeOffset now) =>
        Interrupt(shard, new FeedInterrupted
        {
            Connection = shard.Number,
            Contracts = shard.Contracts,
            Reason = reason,
            HttpStatus = status,
            Description = failure.Message,
            Exception = failure,
            ReceivedAt = now,
        });

    /// <summary>Opens the shard's outage, unless one is open.</summary>
    private void Interrupt(Shard shard, FeedInterrupted interrupted)
    {
        if (shard.OutageSince is null && shard.Lines.Count == 0)
        {
            shard.OutageSince = shard.LastMessageAt ?? interrupted.ReceivedAt;
            Announce(interrupted);
        }
    }

    /// <summary>A session is proven: only this resets attempts and refusals, and ends an outage.</summary>
    private void Prove(Line line, DateTimeOffset now)
    {
        Shard shard = line.Shard;
        line.IsProven = true;
        if (shard.OutageSince is { } since)
        {
            TimeSpan gap = now - since;
            Announce(new FeedResumed
            {
                Connection = shard.Number,
                Contracts = shard.Contracts,
                Gap = gap < TimeSpan.Zero ? TimeSpan.Zero : gap,
                Attempts = shard.Attempts,
                ReceivedAt = now,
            });
            shard.OutageSince = null;
        }

        shard.WasProven = true;
        shard.Attempts = 0;
        shard.Refusals = 0;
        shard.StaleToken = null;
    }
}
