namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// What the shell has to do for one slot, with everything it needs to do it. The shell reports the outcome to the <see cref="FeedSupervisor"/>, which decides what
/// follows.
/// </summary>
internal abstract record LineAction
{
    private LineAction()
    {
    }

    /// <summary>Wait as long as the backoff says, and then report <see cref="LineSupervisor.AttemptStarted"/>.</summary>
    /// <param name="IsFirst">Whether a line was proven since the last wait, so that the delays start again from the initial one.</param>
    /// <param name="RetryAfter">How long the service asked to wait; null if it did not.</param>
    public sealed record Wait(bool IsFirst, TimeSpan? RetryAfter) : LineAction;

    /// <summary>Open a line, and report that it was accepted or what failed.</summary>
    /// <param name="After">How long to wait before that.</param>
    /// <param name="Stale">A token that the line must not use; null if any will do. Renewed first, except beside another line.</param>
    /// <param name="Beside">The line that is to be replaced; null if the slot has none.</param>
    public sealed record Open(TimeSpan After, AccessToken? Stale, Line? Beside) : LineAction;

    /// <summary>Stop opening the line beside another. The shell reports nothing.</summary>
    public sealed record Cancel : LineAction;

    /// <summary>Close a line, read it to its end, and report that.</summary>
    public sealed record Close(Line Line) : LineAction;

    /// <summary>Split the shard: its request line was too long. The slot is over.</summary>
    public sealed record Split : LineAction;

    /// <summary>Find out which contracts of the shard are refused, and report it.</summary>
    /// <param name="CameAfterAccept">Whether the service refuses only after it has accepted.</param>
    public sealed record Probe(bool CameAfterAccept) : LineAction;

    /// <summary>Open no more lines: the slot is over.</summary>
    public sealed record Stop : LineAction;
}
