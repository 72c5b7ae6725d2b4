using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>Where one line stands in the sequence of one contract.</summary>
internal sealed class LinePosition
{
    private long _joinedAt;

    private LinePosition(Line line, long position)
    {
        Line = line;
        Position = position;
    }

    /// <summary>The line; null once it has ended, while what only it has brought may still be delivered in order.</summary>
    public Line? Line { get; set; }

    /// <summary>In step: the number of the first message that the line has not shown. Else a lower bound of it.</summary>
    public long Position { get; set; }

    /// <summary>Whether the place is known: what the line shows at the end of the sequence is then delivered at once.</summary>
    public bool IsInStep { get; private set; }

    /// <summary>The number from which on all messages have to be kept for it: a line that has just come may miss older ones.</summary>
    public long Needs => IsJoining ? Math.Max(Position, _joinedAt) : Position;

    /// <summary>Whether the line has just come and has never been in step.</summary>
    public bool IsJoining { get; private set; }

    /// <summary>
    /// The first message that a joining line showed. The service may send the same twice in a row and the line may have come between the two, so
    /// this message and its repetitions do not tell the place; the first that differs does.
    /// </summary>
    public MarketSnapshot? First { get; set; }

    /// <summary>The messages that the line has brought, out of step, and no other has shown.</summary>
    public HeldMessages Held { get; } = new();

    /// <summary>The number of the first message of the sequence that the line is known to have shown; null if it is not known of any.</summary>
    public long? FirstShown { get; set; }

    public static LinePosition Leading(Line line, long end) => new(line, end) { IsInStep = true };

    public static LinePosition Joining(Line line, long lowerBound, long end) => new(line, lowerBound) { IsJoining = true, _joinedAt = end };

    public void GetInStep(long position)
    {
        Position = position;
        IsInStep = true;
        IsJoining = false;
        First = null;
    }

    public void LoseStep() => IsInStep = false;
}
