using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>
/// Merges what several lines bring of one contract into one sequence. Keeps the messages it delivered lately, the position of each line in them, and the
/// messages that only one line has shown so far. Compares positions rather than sets, because the service may send the same message twice. Not thread-safe.
/// </summary>
/// <param name="bound">The number of messages that a line may be behind or alone.</param>
internal sealed class ContractSequence(int bound)
{
    /// <summary>The sequence waits for no more ended lines than this.</summary>
    private const int MaxEndedLines = 4;

    private readonly LinePositions _positions = new();
    private readonly DeliveredWindow _window = new();
    private readonly LateMessages _late = new(bound);

    /// <summary>The last message delivered; kept when the window has forgotten it.</summary>
    private MarketSnapshot? _newest;
    private List<HeldMessage> _due = null!;
    private int _lateCount;

    /// <summary>A line that cannot be followed any further; the caller makes it leave.</summary>
    public Line? Lagging { get; private set; }

    /// <summary>Messages in memory.</summary>
    public int Remembered => _window.Count + _late.Count + _positions.Held;

    /// <summary>A line brought a message. What may go out now is added to <paramref name="due"/>, in order.</summary>
    /// <returns>How many messages turned out to have come too late to go out in order.</returns>
    public int Receive(Line line, HeldMessage brought, List<HeldMessage> due, bool isRemembering)
    {
        _due = due;
        Take(_positions.Of(line) ?? Join(line), brought);
        Lead();
        return Finish(isRemembering);
    }

    private void Take(LinePosition position, HeldMessage brought)
    {
        if (!position.IsInStep)
        {
            TakeOutOfStep(position, brought);
            return;
        }

        MarketSnapshot message = brought.Message;
        long found = _window.Find(message, position.Position);
        if (found >= 0)
        {
            // What lies between, the line has missed and another has delivered.
            position.Position = found + 1;
            position.FirstShown ??= found;
        }
        else if (position.Position == _window.End)
        {
            Publish(position, brought);
        }
        else
        {
            // It is behind and shows something unknown: either the others have missed this, or it has missed all that they have shown since.
            position.LoseStep();
            Hold(position, brought);
        }
    }

    private void TakeOutOfStep(LinePosition position, HeldMessage brought)
    {
        MarketSnapshot message = brought.Message;
        bool repeatsFirst = false;
        if (position.IsJoining)
        {
            position.First ??= message;
            repeatsFirst = SnapshotContent.IsSame(message, position.First);
        }

        // A repetition of the first message comes after what is held, and must not be taken for an earlier one.
        long found = repeatsFirst && position.Held.Count > 0 ? -1 : _window.Find(message, position.Position);
        if (found < 0)
        {
            Hold(position, brought);
            return;
        }

        foreach (HeldMessage held in position.Held.TakeAll())
        {
            CountAsLate(held.Message, position);
        }

        position.Position = found + 1;
        position.FirstShown ??= found;
        if (!repeatsFirst)
        {
            position.GetInStep(found + 1);
        }
    }

    /// <summary>A line at the end of the sequence brought its next message.</summary>
    private void Publish(LinePosition position, HeldMessage brought)
    {
        MarketSnapshot message = brought.Message;
        if (_positions.Held == 0)
        {
            position.FirstShown ??= _window.End;
            Append(brought);
            position.Position = _window.End;
            return;
        }

        long end = _window.End;
        Reconsider();
        if (_window.End > end)
        {
            // Another line went on meanwhile, maybe past this message.
            Take(position, brought);
            return;
        }

        DeliverWhatPrecedes(message);
        position.FirstShown ??= _window.End;
        Append(brought);
        position.Position = _window.End;
        Reconsider();
    }

    private void Append(HeldMessage brought)
    {
        _window.Add(brought.Message);
        _newest = brought.Message;
        _due.Add(brought);
    }

    /// <summary>Whether no line carries the contract.</summary>
    public bool IsDeserted => _positions.Count == 0;

    /// <summary>Whether every line stands at the end of the sequence, and nothing has to be remembered.</summary>
    public bool IsSettled => Remembered == 0 && _positions.AreAllInStep;

    /// <summary>Whether only one line carries the contract.</summary>
    public bool IsAlone => _positions.Count == 1;

    /// <summary>Whether a line has shown a message that another has shown too.</summary>
    public bool CarriesOn(Line line, Line other) => _positions.Of(line) is { FirstShown: { } first } && _positions.Of(other) is { } position && first < position.Position;

    public bool Carries(Line line) => _positions.Of(line) is not null;

    /// <summary>A line was accepted. The first one leads; another has to show first what it has in common with it.</summary>
    public LinePosition Join(Line line)
    {
        bool isFirst = !_positions.IsAnyOpen && _window.Count == 0;
        LinePosition position = isFirst ? LinePosition.Leading(line, _window.End) : LinePosition.Joining(line, _window.First, _window.End);
        _positions.Add(position);
        return position;
    }

    /// <summary>A line has ended. What it alone has brought stays until another line shows that it goes on from there, or none is left to do so.</summary>
    public int Leave(Line line, List<HeldMessage> due, bool isRemembering)
    {
        _due = due;
        if (_positions.Of(line) is { } left)
        {
            left.Line = null;
            left.LoseStep();
        }

        _positions.RemoveEnded();
        while (_positions.FirstEndedOfMoreThan(MaxEndedLines) is { } ended)
        {
            Flush(ended);
        }

        Lead();
        return Finish(isRemembering);
    }

    /// <summary>What has been held since before a moment waits no longer.</summary>
    public int Release(TimeSpan before, List<HeldMessage> due, bool isRemembering)
    {
        _due = due;
        while (_positions.Oldest(heldBefore: before) is { } waiting)
        {
            Flush(waiting);
        }

        Lead();
        return Finish(isRemembering);
    }

    /// <summary>If no line is in step, lets the one with the oldest beginning deliver what it holds, once that is known to come next.</summary>
    private void Lead()
    {
        while (!_positions.IsAnyInStep)
        {
            LinePosition? next = _positions.Oldest();
            if (_positions.SilentBefore(next) is { } silent)
            {
                // It came before, so it may yet show what precedes the other's beginning.
                if (silent.Position >= _window.End)
                {
                    silent.GetInStep(_window.End);
                }

                return;
            }

            if (next is null || !(next.Line is null || IsPastTheEnd(next)))
            {
                return;
            }

            Flush(next);
        }
    }

    /// <summary>
    /// Whether what a line holds is known to come after all that was delivered: it has shown all of that, or what it holds is newer. If time does not
    /// tell, it is believed when it holds more than it can have had to show.
    /// </summary>
    private bool IsPastTheEnd(LinePosition position) =>
        position.Position >= _window.End
        || SnapshotAge.IsNewer(position.Held.Last.Message, _newest)
        || (position.Held.Count > _window.End - position.Position && !SnapshotAge.IsOlder(position.Held.Last.Message, _newest));

    /// <summary>Delivers what a line holds, but what is older than what was delivered already. The line is then in step.</summary>
    private void Flush(LinePosition position)
    {
        long end = _window.End;
        MarketSnapshot? newest = _newest;
        foreach (HeldMessage held in position.Held.TakeAll())
        {
            if (position.Position < end && SnapshotAge.IsOlder(held.Message, newest))
            {
                CountAsLate(held.Message, position);
            }
            else
            {
                Append(held);
            }
        }

        if (position.Position >= end || _window.End > end)
        {
            position.GetInStep(_window.End);
        }

        Reconsider();
    }

    public void Trim(bool isRemembering)
    {
        long keep = _positions.Lowest(isRemembering ? _window.First : _window.End);
        _window.ForgetBefore(Math.Max(keep, _window.End - bound));
        if (!isRemembering)
        {
            _late.Forget(_positions);
        }
    }

    /// <summary>Forgets half of what no line stands before: it is kept for lines that are being opened, and they show the newest if any.</summary>
    public void ForgetHalf()
    {
        long needed = _positions.LowestNeeded(_window.End);
        _window.ForgetBefore(_window.StartOfRepetition(_window.First + (Math.Max(needed - _window.First, 0) / 2)));
        _late.ForgetHalf();
    }

    /// <summary>Adds how many messages are kept because of each line.</summary>
    public void CountKept(Dictionary<Line, int> kept)
    {
        for (int i = 0; i < _positions.Count; i++)
        {
            LinePosition position = _positions[i];
            if (position.Line is { } line && _window.End - Math.Max(position.Needs, _window.First) is > 0 and var behind)
            {
                kept[line] = kept.GetValueOrDefault(line) + (int)behind;
            }

            if (position.Held.Count > 0 && WhoLags(position) is { } lagging)
            {
                kept[lagging] = kept.GetValueOrDefault(lagging) + position.Held.Count;
            }
        }
    }

    private int Finish(bool isRemembering)
    {
        bool hasEnded = false;
        Lagging = null;
        for (int i = 0; i < _positions.Count; i++)
        {
            LinePosition position = _positions[i];
            hasEnded |= position.Line is null;
            if (position.Line is not null && _window.End - position.Position > bound)
            {
                Lagging = position.Line;
            }
            else if (position.Held.Count > bound)
            {
                if (_positions.IsAnyInStep)
                {
                    Lagging ??= WhoLags(position);
                }
                else
                {
                    Flush(position);
                }
            }
        }

        if (hasEnded)
        {
            _positions.RemoveEnded();
        }

        Trim(isRemembering);
        int late = _lateCount;
        _lateCount = 0;
        return late;
    }

    /// <summary>
    /// A line has brought as much as can be held and nothing of it is known from another. It lags if its newest message is older than the
    /// newest delivered; if it is newer, a line in step lags, the one furthest behind. If time does not tell, the line out of step lags. If no
    /// line is in step, nobody does.
    /// </summary>
    private Line? WhoLags(LinePosition position)
    {
        LinePosition? behind = _positions.FurthestBehind();
        return behind is null ? null : SnapshotAge.IsNewer(position.Held.Last.Message, _newest) ? behind.Line : position.Line;
    }

    private void Hold(LinePosition position, HeldMessage brought) => position.Held.Add(brought, _window.End);

    /// <summary>All other lines have missed what a line holds before the message that is about to be delivered. There is still time to deliver it.</summary>
    private void DeliverWhatPrecedes(MarketSnapshot message)
    {
        LinePosition? longest = null;
        int count = 0;
        for (int i = 0; i < _positions.Count; i++)
        {
            LinePosition position = _positions[i];
            int index = position.Held.IndexOf(message);
            if (index > count && !(position.IsJoining && SnapshotContent.IsSame(message, position.First!)))
            {
                longest = position;
                count = index;
            }
        }

        if (longest is null)
        {
            return;
        }

        long end = _window.End;
        MarketSnapshot? newest = _newest;
        foreach (HeldMessage held in longest.Held.Take(count))
        {
            if (longest.Position >= end || SnapshotAge.IsNewer(held.Message, newest))
            {
                Append(held);
            }
            else
            {
                CountAsLate(held.Message, longest);
            }
        }
    }

    /// <summary>The sequence has grown: lines that were out of step may now have a message in common with it.</summary>
    private void Reconsider()
    {
        for (int i = 0; i < _positions.Count; i++)
        {
            LinePosition position = _positions[i];
            if (position.Held.Count > 0 && position.Held.IsAnyIn(_window))
            {
                position.Held.TakeAll().ForEach(brought => Take(position, brought));
            }
        }
    }

    private void CountAsLate(MarketSnapshot message, LinePosition position) => _lateCount += _late.Add(message, position, _window.End) ? 1 : 0;
}
