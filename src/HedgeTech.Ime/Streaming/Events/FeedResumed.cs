using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>An outage is over: the connection is proven by a message or by having lived for <see cref="ReconnectOptions.HealthyAfter"/>.</summary>
[JsonConverter(typeof(FeedEventJsonConverter<FeedResumed>))]
public sealed record FeedResumed : FeedEvent
{
    /// <summary>The number of the connection within the feed, from 1; a reconnect keeps it.</summary>
    public int Connection { get; init; }

    /// <summary>The contracts that the connection carries.</summary>
    public required ContractSet Contracts { get; init; }

    /// <summary>Why there was an outage: that of its <see cref="FeedInterrupted"/>.</summary>
    public InterruptionReason Reason { get; init; }

    /// <summary>From the last message before the outage (or its begin, if there was none) to the proof of life after it, by wall clock.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>How many attempts to connect it took.</summary>
    public int Attempts { get; init; }

    /// <summary>One line: what is back, after how long.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"connection {Connection} resumed after {Gap.TotalSeconds:0.###} s and {Attempts} {(Attempts == 1 ? "attempt" : "attempts")}: {Contracts}");
}
