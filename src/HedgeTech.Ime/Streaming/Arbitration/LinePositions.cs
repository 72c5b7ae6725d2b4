using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>The positions of all lines that deliver one contract, in the order in which the lines joined.</summary>
internal sealed class LinePositions
{
    private readonly List<LinePosition> _positions = [];

    public int Count => _positions.Count;

    public LinePosition this[int index] => _positions[index];

    public bool IsAnyOpen => _positions.Exists(static position => position.Line is not null);

    public bool AreAllInStep => _positions.TrueForAll(static position => position.IsInStep);

    public bool IsAnyInStep
    {
        get
        {
            foreach (LinePosition position in _positions)
            {
                if (position is { IsInStep: true, Line: not null })
                {
                    return true;
                }
            }

            return false;
        }
    }

    public bool HoldAny
    {
        get
        {
            foreach (LinePosition position in _positions)
            {
                if (position.Held.Count > 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public void Add(LinePosition position) => _positions.Add(position);

    public LinePosition? Of(Line line)
    {
        foreach (LinePosition position in _positions)
        {
            if (ReferenceEquals(position.Line, line))
            {
                return position;
            }
        }

        return null;
    }

    /// <summary>
    /// A line holds a message. Lines that lead only because they joined first join again, because what they show next may come before that message or after it.
    /// </summary>
    public void YieldTo(LinePosition holder)
    {
        foreach (LinePosition position in _positions)
        {
            if (position is { IsInStep: true, FirstShown: null } && position.YieldsTo(holder))
            {
                position.JoinAgain();
            }
        }
    }

    /// <summary>Removes the lines that have ended and hold no messages.</summary>
    public void RemoveEnded() => _positions.RemoveAll(static position => position is { Line: null, Held.Count: 0 });

    /// <summary>How many messages the ended lines hold together.</summary>
    public int HeldByEnded => _positions.Sum(static position => position.Line is null ? position.Held.Count : 0);

    /// <summary>Returns an open line that holds nothing and joined before another; null if there is none.</summary>
    public LinePosition? SilentBefore(LinePosition? other)
    {
        LinePosition? silent = _positions.Find(static position => position is { Line: not null, Held.Count: 0 });
        return silent is not null && (other is null || _positions.IndexOf(silent) < _positions.IndexOf(other)) ? silent : null;
    }

    /// <summary>Returns the line whose first held message is the oldest. If the timestamps do not decide, the line that joined first.</summary>
    /// <param name="heldBefore">If given, only messages held since before this moment count.</param>
    /// <param name="onlyEnded">Whether only lines that have ended count.</param>
    public LinePosition? Oldest(TimeSpan? heldBefore = null, bool onlyEnded = false)
    {
        LinePosition? oldest = null;
        foreach (LinePosition position in _positions)
        {
            if (position.Held.Count > 0
                && !(onlyEnded && position.Line is not null)
                && !(position.Held.First.At > heldBefore)
                && (oldest is null || SnapshotAge.IsNewer(oldest.Held.First.Message, position.Held.First.Message)))
            {
                oldest = position;
            }
        }

        return oldest;
    }

    /// <summary>Returns the open line in step that is furthest behind.</summary>
    public LinePosition? FurthestBehind()
    {
        LinePosition? behind = null;
        foreach (LinePosition other in _positions)
        {
            if (other is { Line: not null, IsInStep: true } && (behind is null || other.Position < behind.Position))
            {
                behind = other;
            }
        }

        return behind;
    }

    /// <summary>Returns the lowest position of the open lines, but not more than <paramref name="atMost"/>.</summary>
    /// <param name="atMost">The limit.</param>
    /// <param name="needed">Whether to count from the first message that each line still needs, which a joining line may have missed.</param>
    public long Lowest(long atMost, bool needed = false)
    {
        long lowest = atMost;
        foreach (LinePosition position in _positions)
        {
            if (position.Line is not null)
            {
                lowest = Math.Min(lowest, needed ? position.Needs : position.Position);
            }
        }

        return lowest;
    }

    /// <summary>Whether every line, including ended ones, is at a number or past it.</summary>
    public bool AreAllPast(long number)
    {
        foreach (LinePosition position in _positions)
        {
            if (position.Position < number)
            {
                return false;
            }
        }

        return true;
    }
}
