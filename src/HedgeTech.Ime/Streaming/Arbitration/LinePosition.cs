using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>The position of one line in the sequence of one contract.</summary>
internal sealed class LinePosition
{
    private readonly Shard _shard;
    private long _joinedAt;

    private LinePosition(Line line, long position, MessageCount kept)
    {
        Line = line;
        _shard = line.Shard;
        Position = position;
        Held = new HeldMessages(kept);
    }

    /// <summary>The line; null once it has ended. The messages that only it has shown may still be delivered in order.</summary>
    public Line? Line { get; set; }

    /// <summary>The number of the first message that the line has not shown if it is in step, otherwise a lower bound of that number.</summary>
    public long Position { get; set; }

    /// <summary>Whether the position is known. What the line shows at the end of the sequence is then delivered immediately.</summary>
    public bool IsInStep { get; private set; }

    /// <summary>The number of the first message that has to be kept for this line. A joining line may have missed older ones.</summary>
    public long Needs => IsJoining ? Math.Max(Position, _joinedAt) : Position;

    /// <summary>Whether the line is new and has never been in step.</summary>
    public bool IsJoining { get; private set; }

    /// <summary>
    /// The first message that a joining line showed. The service may send the same message twice in a row, and the line may have joined between the two.
    /// So this message and its repetitions do not determine the position. The first different message does.
    /// </summary>
    public MarketSnapshot? First { get; set; }

    /// <summary>The messages that the line has delivered while out of step and that no other line has shown.</summary>
    public HeldMessages Held { get; }

    /// <summary>The number of the first message of the sequence that the line is known to have shown; null if none is known.</summary>
    public long? FirstShown { get; set; }

    public static LinePosition Leading(Line line, long end, MessageCount kept) => new(line, end, kept) { IsInStep = true };

    public static LinePosition Joining(Line line, long lowerBound, long end, MessageCount kept) => new(line, lowerBound, kept) { IsJoining = true, _joinedAt = end };

    public void GetInStep(long position)
    {
        Position = position;
        IsInStep = true;
        IsJoining = false;
        First = null;
    }

    public void LoseStep() => IsInStep = false;

    /// <summary>
    /// Whether a line that has shown nothing lets another lead that already holds a message. A line of the feed does not let the line of an update lead, because the
    /// update may fail and its line be closed before this one is subscribed.
    /// </summary>
    public bool YieldsTo(LinePosition holder) => _shard.IsProvisional || !holder._shard.IsProvisional;

    /// <summary>Takes back that the line is in step, because it has not shown anything yet.</summary>
    public void JoinAgain()
    {
        IsInStep = false;
        IsJoining = true;
    }
}
