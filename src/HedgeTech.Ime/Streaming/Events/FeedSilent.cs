using System.Text.Json.Serialization;

namespace HedgeTech.Ime;

/// <summary>No message has come for <see cref="FeedOptions.SilenceTimeout"/>: the line is being replaced, by overlap, so that one that was merely quiet loses nothing.</summary>
[JsonConverter(typeof(FeedEventJsonConverter<FeedSilent>))]
public sealed record FeedSilent : FeedEvent
{
    /// <summary>The number of the connection within the feed, from 1; a replacement keeps it.</summary>
    public int Connection { get; init; }

    /// <summary>The contracts that the connection carries.</summary>
    public required ContractSet Contracts { get; init; }

    /// <summary>Since the last message, or since the connection was accepted if there was none.</summary>
    public TimeSpan Silence { get; init; }

    /// <summary>One line: what is silent, for how long.</summary>
    public override string ToString() => FormattableString.Invariant($"connection {Connection} silent for {Silence.TotalSeconds:0.###} s: {Contracts}");
}
