namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Decides when a new line has taken over what others bring. While lines wait for the consumer nothing is read, so that time says nothing: it counts from the
/// moment when that wait was over.
/// </summary>
internal sealed class Takeover(ShardSet shards, LineMerging merging)
{
    /// <summary>What an old line still has on its way arrives within this time of the first message of the new line.</summary>
    public static readonly TimeSpan ArrivalTime = TimeSpan.FromMilliseconds(200);

    private bool _hasWaited;
    private Moment? _waitedUntil;

    /// <summary>Lines may have waited for the consumer since the last <see cref="Note"/>.</summary>
    public void MayHaveWaited(bool waits) => _hasWaited |= waits;

    /// <summary>Takes note that lines have waited for the consumer until now, if they have.</summary>
    public void Note(bool waits, Moment now)
    {
        if (_hasWaited || waits)
        {
            _hasWaited = false;
            _waitedUntil = now;
        }
    }

    /// <summary>When the lines that a new line replaces may be closed.</summary>
    public Moment DueAt(Line line)
    {
        if (_waitedUntil is { } waited && line.OverlapConfirmedAt is { } since && shards.PredecessorsOf(line).All(old => merging.IsInStep(line, old)))
        {
            // Whatever the old lines have not shown yet was sent after the new one was subscribed.
            return since + ArrivalTime > waited ? since + ArrivalTime : waited;
        }

        Moment latest = SubscribedAt(line);
        return line.OverlapConfirmedAt is { } shown && Later(shown) + ArrivalTime is var early && early < latest ? early : latest;
    }

    /// <summary>Whether a line continues what another has brought to its end, without a gap.</summary>
    public bool HasTakenOver(Line line, Line ended, Moment now) => !IsStalled(line, now) && (now >= SubscribedAt(line) || merging.IsInStep(line, ended));

    /// <summary>Whether others have brought what the line has not for longer than messages are on their way: it may be mute, and nobody knows yet.</summary>
    public static bool IsStalled(Line line, Moment now) => now - line.StalledSince >= ArrivalTime;

    /// <summary>When the line is subscribed for certain.</summary>
    private Moment SubscribedAt(Line line) => Later(line.OpenedAt) + Line.LongestSubscribing;

    private Moment Later(Moment moment) => _waitedUntil > moment ? _waitedUntil.Value : moment;
}
