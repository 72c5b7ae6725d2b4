using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>An outage is over: the new connection has delivered a snapshot, or has stayed open for <see cref="ReconnectOptions.HealthyAfter"/>.</summary>
[JsonConverter(typeof(FeedEventJsonConverter<FeedResumed>))]
public sealed record FeedResumed : FeedEvent
{
    /// <summary>The number of the connection within the feed, from 1. It stays the same across reconnects.</summary>
    public int Connection { get; init; }

    /// <summary>The contracts of the connection.</summary>
    public required ContractSet Contracts { get; init; }

    /// <summary>The reason of the outage, as in its <see cref="FeedInterrupted"/>.</summary>
    public InterruptionReason Reason { get; init; }

    /// <summary>The time without data: from the last message before the outage (or the start of the outage if there was none) to the moment that ended it, by the wall clock.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>The number of attempts to connect during the outage.</summary>
    public int Attempts { get; init; }

    /// <summary>One line: the connection, the gap, the attempts and the contracts.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"connection {Connection} resumed after {Gap.TotalSeconds:0.###} s and {Attempts} {(Attempts == 1 ? "attempt" : "attempts")}: {Contracts}");
}
