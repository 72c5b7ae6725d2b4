namespace HedgeTech.Ime.Streaming;

/// <summary>A part of a feed's contracts that one connection can carry, and what the supervisor knows of it.</summary>
internal sealed class Shard(int number, ContractSet contracts, SilenceWatch silence)
{
    /// <summary>The number of the connection within the feed, from 1.</summary>
    public int Number { get; } = number;

    public ContractSet Contracts { get; } = contracts;

    /// <summary>Tells when it has been silent for too long.</summary>
    public SilenceWatch Silence { get; } = silence;

    /// <summary>Merges its lines while it has more than one; null while messages need not pass there.</summary>
    public Arbiter? Arbiter { get; set; }

    /// <summary>The connections that carry it now.</summary>
    public List<Line> Lines { get; } = [];

    /// <summary>Whether a line of it was ever accepted.</summary>
    public bool WasConnected { get; set; }

    /// <summary>Whether a line of it was ever proven: its contracts are then known to be right.</summary>
    public bool WasProven { get; set; }

    /// <summary>Attempts to connect since the last proof.</summary>
    public int Attempts { get; set; }

    /// <summary>Refusals in a row since the last proof.</summary>
    public int Refusals { get; set; }

    /// <summary>The token that is known to be stale: the next attempt needs a newer one.</summary>
    public AccessToken? StaleToken { get; set; }

    /// <summary>Since when an outage has kept data away: its last message before, or its begin if there was none. Null while there is no outage.</summary>
    public DateTimeOffset? OutageSince { get; set; }

    /// <summary>When its last message came.</summary>
    public DateTimeOffset? LastMessageAt { get; set; }

    /// <summary>The same history with other contracts: what becomes of a shard that has to be split.</summary>
    public Shard With(int number, ContractSet contracts, SilenceWatch silence) => new(number, contracts, silence)
    {
        WasConnected = WasConnected,
        WasProven = WasProven,
        Attempts = Attempts,
        StaleToken = StaleToken,
        OutageSince = OutageSince,
        LastMessageAt = LastMessageAt,
    };
}
