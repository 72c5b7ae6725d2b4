using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>A connection had no messages for <see cref="FeedOptions.SilenceTimeout"/>. The feed opens a new line before it closes the old one, so nothing is lost if the market was only quiet.</summary>
[JsonConverter(typeof(FeedEventJsonConverter<FeedSilent>))]
public sealed record FeedSilent : FeedEvent
{
    /// <summary>The number of the connection within the feed, from 1. It stays the same across reconnects.</summary>
    public int Connection { get; init; }

    /// <summary>The contracts of the connection.</summary>
    public required ContractSet Contracts { get; init; }

    /// <summary>The time since the last message, or since the connection was accepted if there was none.</summary>
    public TimeSpan Silence { get; init; }

    /// <summary>One line: the connection, the time and the contracts.</summary>
    public override string ToString() => FormattableString.Invariant($"connection {Connection} silent for {Silence.TotalSeconds:0.###} s: {Contracts}");
}
