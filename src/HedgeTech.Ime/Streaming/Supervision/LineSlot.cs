namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// A place of a shard that is to be held by an open line at all times: one, or with <see cref="FeedOptions.Redundancy"/> several that carry the
/// same. Lines come and go, the slot stays, and with it what is known of its attempts.
/// </summary>
internal sealed class LineSlot(Shard shard, int index)
{
    public Shard Shard { get; } = shard;

    /// <summary>Which of the shard's slots it is, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>The line that holds the place.</summary>
    public Line? Current { get; set; }

    /// <summary>The line that is to take the place of the current one and still overlaps it.</summary>
    public Line? Replacement { get; set; }

    /// <summary>Why the current line is being replaced; null if it is not.</summary>
    public ReplacementReason? Replacing { get; set; }

    /// <summary>Whether a line of it is being opened that may show what another delivers meanwhile.</summary>
    public bool IsOpeningBeside { get; set; }

    /// <summary>Whether a line of it is being opened.</summary>
    public bool IsOpening { get; set; }

    /// <summary>When its next line is to be opened, or was begun to be; null while none is under way.</summary>
    public Moment? OpensAt { get; set; }

    /// <summary>Whether a line of it was ever accepted.</summary>
    public bool WasConnected { get; set; }

    /// <summary>Attempts to connect since the last proof.</summary>
    public int Attempts { get; set; }

    /// <summary>The last refusal, while it is found out which contracts are at fault.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>The token that is known to be stale: the next attempt needs a newer one.</summary>
    public AccessToken? StaleToken { get; set; }
}
