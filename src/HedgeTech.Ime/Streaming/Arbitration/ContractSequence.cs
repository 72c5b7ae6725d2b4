using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>
/// Merges the messages of one contract from several lines into one sequence. Keeps the recently delivered messages, the position of each line in them, and
/// the messages that only one line has shown so far. Compares positions rather than sets, because the service may send the same message twice. Not thread-safe.
/// </summary>
/// <param name="bound">How many messages a line may be behind the others, or may hold that no other line has shown.</param>
/// <param name="kept">Counts the messages in memory.</param>
internal sealed class ContractSequence(int bound, MessageCount kept)
{
    /// <summary>How many messages all ended lines may hold together, as a multiple of what one line may hold. The time to merge them grows with the square of their number.</summary>
    private const int MaxHeldByEnded = 4;

    private readonly LinePositions _positions = new();
    private readonly DeliveredWindow _window = new(kept);
    private readonly LateMessages _late = new(bound, kept);

    /// <summary>The last delivered message. Kept even after the window has forgotten it.</summary>
    private MarketSnapshot? _newest;
    private List<HeldMessage> _due = null!;
    private int _lateCount;

    /// <summary>A line that lags too far. The caller removes it with <see cref="Leave"/>.</summary>
    public Line? Lagging { get; private set; }

    /// <summary>Takes a message of a line. Adds the messages that can now be delivered to <paramref name="due"/>, in order.</summary>
    /// <returns>The number of messages that arrived too late to be delivered in order.</returns>
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
            // The line has missed the messages in between, which another line has delivered.
            position.Position = found + 1;
            position.FirstShown ??= found;
        }
        else if (position.Position == _window.End)
        {
            Publish(position, brought);
        }
        else
        {
            // The line is behind and shows an unknown message: either the others have missed it, or this line has missed all that they have shown since.
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

        // A repetition of the first message comes after the held messages and must not be confused with an earlier one.
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

    /// <summary>Delivers the next message of a line that is at the end of the sequence.</summary>
    private void Publish(LinePosition position, HeldMessage brought)
    {
        MarketSnapshot message = brought.Message;
        if (!_positions.HoldAny)
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
            // Meanwhile another line has moved on, perhaps past this message.
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

    /// <summary>Whether no line delivers the contract.</summary>
    public bool IsDeserted => _positions.Count == 0;

    /// <summary>Whether every line is at the end of the sequence and nothing has to be remembered.</summary>
    public bool IsSettled => _window.Count == 0 && _late.Count == 0 && !_positions.HoldAny && _positions.AreAllInStep;

    /// <summary>Whether only one line delivers the contract.</summary>
    public bool IsAlone => _positions.Count == 1;

    /// <summary>Whether a line has shown a message that the other has also shown.</summary>
    public bool CarriesOn(Line line, Line other) => _positions.Of(line) is { FirstShown: { } first } && _positions.Of(other) is { } position && first < position.Position;

    public bool Carries(Line line) => _positions.Of(line) is not null;

    /// <summary>Adds an accepted line. The first one leads; any other first has to show a message in common with it.</summary>
    public LinePosition Join(Line line)
    {
        bool isFirst = !_positions.IsAnyOpen && _window.Count == 0;
        LinePosition position = isFirst ? LinePosition.Leading(line, _window.End, kept) : LinePosition.Joining(line, _window.First, _window.End, kept);
        _positions.Add(position);
        return position;
    }

    /// <summary>Removes a line that has ended. The messages that only it has shown are held until another line shows that it continues after them, no line remains that could, they are too many, or <see cref="Release"/> ends the wait.</summary>
    public int Leave(Line line, List<HeldMessage> due, bool isRemembering)
    {
        _due = due;
        if (_positions.Of(line) is { } left)
        {
            left.Line = null;
            left.LoseStep();
        }

        _positions.RemoveEnded();
        while (_positions.HeldByEnded > (long)MaxHeldByEnded * bound)
        {
            Flush(_positions.Oldest(onlyEnded: true)!);
        }

        Lead();
        return Finish(isRemembering);
    }

    /// <summary>Stops holding the messages that have been held since before a moment.</summary>
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

    /// <summary>If no line is in step, delivers what the line with the oldest first held message holds, once it is known to come next.</summary>
    private void Lead()
    {
        while (!_positions.IsAnyInStep)
        {
            LinePosition? next = _positions.Oldest();
            if (_positions.SilentBefore(next) is { } silent)
            {
                // This line joined before the other, so it may still show messages that precede the other's.
                if (silent.Position >= _window.End && (next is null || !silent.YieldsTo(next)))
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
    /// Whether what a line holds is known to come after everything that was delivered: the line has shown all of that, or what it holds is newer. If the
    /// timestamps do not decide, it is assumed when the line holds more messages than it can have had left to show.
    /// </summary>
    private bool IsPastTheEnd(LinePosition position) =>
        position.Position >= _window.End
        || SnapshotAge.IsNewer(position.Held.Last.Message, _newest)
        || (position.Held.Count > _window.End - position.Position && !SnapshotAge.IsOlder(position.Held.Last.Message, _newest));

    /// <summary>Delivers what a line holds, except messages that are older than those already delivered. The line is then in step.</summary>
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
                position.FirstShown ??= _window.End;
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

    /// <summary>Forgets the older half of the messages that all lines have passed. They are kept for lines that are being opened, which show the newest, if any.</summary>
    public void ForgetHalf()
    {
        long needed = _positions.Lowest(_window.End, needed: true);
        _window.ForgetBefore(_window.StartOfRepetition(_window.First + (Math.Max(needed - _window.First, 0) / 2)));
        _late.ForgetHalf();
    }

    /// <summary>Adds how many messages are kept because of each line.</summary>
    public void CountKept(Dictionary<Line, int> keptFor)
    {
        for (int i = 0; i < _positions.Count; i++)
        {
            LinePosition position = _positions[i];
            if (position.Line is { } line && _window.End - Math.Max(position.Needs, _window.First) is > 0 and var behind)
            {
                keptFor[line] = keptFor.GetValueOrDefault(line) + (int)behind;
            }

            if (position.Held.Count > 0 && WhoLags(position) is { } lagging)
            {
                keptFor[lagging] = keptFor.GetValueOrDefault(lagging) + position.Held.Count;
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
    /// Decides who lags when a line holds as much as it may and no other line has shown any of it. The line lags if its newest message is older than the
    /// newest delivered one. If it is newer, the line in step that is furthest behind lags. If the timestamps do not decide, the line out of step lags. If
    /// no line is in step, none lags.
    /// </summary>
    private Line? WhoLags(LinePosition position)
    {
        LinePosition? behind = _positions.FurthestBehind();
        return behind is null ? null : SnapshotAge.IsNewer(position.Held.Last.Message, _newest) ? behind.Line : position.Line;
    }

    private void Hold(LinePosition position, HeldMessage brought)
    {
        position.Held.Add(brought, _window.End);
        _positions.YieldTo(position);
    }

    /// <summary>Delivers what a line holds before the message that is about to be delivered: all other lines have missed it, and it can still be delivered in order.</summary>
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

    /// <summary>Looks again at the lines out of step, because they may have a message in common with the sequence now that it has grown.</summary>
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
