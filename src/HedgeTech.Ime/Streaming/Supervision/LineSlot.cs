namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// A place of a shard that is to be held by an open line at all times: one, or with <see cref="FeedOptions.Redundancy"/> several that bring the
/// same. Lines come and go, the slot stays, and with it what is known of its attempts.
/// </summary>
internal sealed class LineSlot(Shard shard, int index)
{
    public Shard Shard { get; } = shard;

    /// <summary>Which of the shard's slots it is, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>The line that holds the place.</summary>
    public Line? Current { get; private set; }

    /// <summary>The line that is to take the place of the current one and still overlaps it.</summary>
    public Line? Replacement { get; private set; }

    /// <summary>Why the current line is being replaced; null if it is not.</summary>
    public ReplacementReason? Replacing { get; private set; }

    /// <summary>Whether a line of it is being opened.</summary>
    public bool IsOpening { get; private set; }

    /// <summary>When its next line is to be opened, or has started to open; null while none is under way.</summary>
    public Moment? OpensAt { get; set; }

    /// <summary>Whether a line of it was ever accepted.</summary>
    public bool WasConnected { get; private set; }

    /// <summary>Attempts to connect since the last proof.</summary>
    public int Attempts { get; private set; }

    /// <summary>The last refusal, while it is found out which contracts are at fault.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>The token that is known to be stale: the next attempt needs a newer one.</summary>
    public AccessToken? StaleToken { get; set; }

    /// <summary>Continues what is known of the attempts of another slot, whose shard was split.</summary>
    public void Inherit(LineSlot other) => (Attempts, StaleToken, WasConnected) = (other.Attempts, other.StaleToken, other.WasConnected);

    /// <summary>An attempt starts.</summary>
    public void CountAttempt() => Attempts++;

    /// <summary>A line starts to open.</summary>
    public void OpeningStarted() => IsOpening = true;

    /// <summary>The line was accepted, or could not be opened.</summary>
    public void OpeningEnded()
    {
        IsOpening = false;
        OpensAt = null;
    }

    /// <summary>A line was accepted: it holds the place, or is to take it from the one that does.</summary>
    public void Accepted(Line line)
    {
        WasConnected = true;
        if (Replacing is null)
        {
            Current = line;
        }
        else
        {
            Replacement = line;
        }
    }

    /// <summary>A line is proven: only this resets the attempts.</summary>
    public void Proven()
    {
        Attempts = 0;
        StaleToken = null;
    }

    /// <summary>Asks for another line in place of the current one, unless that is under way.</summary>
    public void AskForReplacement(ReplacementReason reason)
    {
        if (Replacing is null && Current is { IsOver: false } current)
        {
            Replacing = reason;
            current.AskForReplacement();
        }
    }

    /// <summary>The new line could not be opened, or has ended. The old one stays.</summary>
    public void DropReplacement() => (Replacement, Replacing) = (null, null);

    /// <summary>The new line takes the place of the old one, which is closed.</summary>
    public void TakeOver()
    {
        Current!.Retire();
        DropCurrent();
        Replacing = null;
    }

    /// <summary>The current line has ended. The new one takes its place, if there is one.</summary>
    public void DropCurrent() => (Current, Replacement) = (Replacement, null);
}
