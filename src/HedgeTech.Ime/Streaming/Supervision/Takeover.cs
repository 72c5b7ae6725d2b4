namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>
/// Decides when a new line has taken over what others bring. While lines wait for the consumer, nothing is read, so that time does not count: it starts when that
/// wait is over.
/// </summary>
internal sealed class Takeover(ShardSet shards, LineMerging merging)
{
    /// <summary>How long after the first message of a new line the old line may still show what was sent before that. An estimate; if it is too short, nothing is lost, because the old line is read to its end, or else an outage is reported.</summary>
    public static readonly TimeSpan ArrivalTime = TimeSpan.FromMilliseconds(200);

    private bool _hasWaited;
    private Moment? _waitedUntil;

    /// <summary>Lines may have waited for the consumer since the last <see cref="Note"/>.</summary>
    public void MayHaveWaited(bool waits) => _hasWaited |= waits;

    /// <summary>Notes that lines have waited for the consumer until now, if they have.</summary>
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

    /// <summary>Whether a line continues what another has brought to its end, without a gap. After a line that was cut, only a message in common proves that.</summary>
    public bool HasTakenOver(Line line, Line ended, Moment now) =>
        !IsStalled(line, now) && ((now >= SubscribedAt(line) && !ended.WasCut) || merging.IsInStep(line, ended));

    /// <summary>Whether others brought what the line has not, longer ago than messages take to arrive: it may be mute.</summary>
    public static bool IsStalled(Line line, Moment now) => now - line.StalledSince >= ArrivalTime;

    /// <summary>When the line counts as subscribed.</summary>
    private Moment SubscribedAt(Line line) => Later(line.OpenedAt) + Line.LongestSubscribing;

    private Moment Later(Moment moment) => _waitedUntil > moment ? _waitedUntil.Value : moment;
}
