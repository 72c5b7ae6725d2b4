namespace HedgeTech.Ime.Streaming;

/// <summary>
/// One contract on several lines: makes one sequence of what they bring. Keeps what was delivered lately, where in it each line stands, and what a
/// line has brought that no other has shown yet. Places are compared, not sets: the service may send the same message twice. Not thread-safe.
/// </summary>
internal sealed partial class Overlap(int bound)
{
    /// <summary>In the order in which the lines came.</summary>
    private readonly List<LinePlace> _places = [];
    private readonly DeliveredWindow _window = new();

    /// <summary>The last message delivered; kept when the window has forgotten it.</summary>
    private MarketSnapshot? _newest;
    private List<MarketSnapshot> _due = null!;
    private int _tooLate;

    /// <summary>A line that cannot be followed any further; the caller makes it leave.</summary>
    public Line? Lagging { get; private set; }

    /// <summary>Messages in memory.</summary>
    public int Remembered
    {
        get
        {
            int remembered = _window.Count;
            foreach (LinePlace place in _places)
            {
                remembered += place.Held.Count;
            }

            return remembered;
        }
    }

    /// <summary>A line brought a message. What may go out now is added to <paramref name="due"/>, in order.</summary>
    /// <returns>How many messages turned out to have come too late to go out in order.</returns>
    public int Receive(Line line, MarketSnapshot message, List<MarketSnapshot> due, bool isRemembering)
    {
        _due = due;
        Take(PlaceOf(line) ?? Join(line), message);
        Lead();
        return Finish(isRemembering);
    }

    private void Take(LinePlace place, MarketSnapshot message)
    {
        if (!place.IsInStep)
        {
            TakeOutOfStep(place, message);
            return;
        }

        long found = _window.Find(message, place.Position);
        if (found >= 0)
        {
            // What lies between, the line has missed and another has delivered.
            place.Position = found + 1;
            place.HasMet = true;
        }
        else if (place.Position == _window.End)
        {
            Publish(place, message);
        }
        else
        {
            // It is behind and shows something unknown: either the others have missed this, or it has missed all that they have shown since.
            place.LoseStep();
            Hold(place, message);
        }
    }

    private void TakeOutOfStep(LinePlace place, MarketSnapshot message)
    {
        bool repeatsFirst = false;
        if (place.IsJoining)
        {
            place.First ??= message;
            repeatsFirst = SnapshotContent.IsSame(message, place.First);
        }

        // A repetition of the first message comes after what is held, and must not be taken for an earlier one.
        long found = repeatsFirst && place.Held.Count > 0 ? -1 : _window.Find(message, place.Position);
        if (found < 0)
        {
            Hold(place, message);
            return;
        }

        _tooLate += place.Held.Count;
        place.Held.Clear();
        place.Position = found + 1;
        place.HasMet = true;
        if (!repeatsFirst)
        {
            place.GetInStep(found + 1);
        }
    }

    private void Hold(LinePlace place, MarketSnapshot message)
    {
        if (place.Held.Count == 0)
        {
            place.Searched = _window.End;
        }

        place.Held.Add(message);
    }

    /// <summary>A line at the end of the sequence brought its next message.</summary>
    private void Publish(LinePlace place, MarketSnapshot message)
    {
        if (!IsAnythingHeld())
        {
            Append(message);
            place.Position = _window.End;
            return;
        }

        long end = _window.End;
        Reconsider();
        if (_window.End > end)
        {
            // Another line went on meanwhile, maybe past this message.
            Take(place, message);
            return;
        }

        DeliverWhatPrecedes(message);
        Append(message);
        place.Position = _window.End;
        Reconsider();
    }

    /// <summary>What a line holds before the message that is to be delivered has been missed by all others; there is still time for it.</summary>
    private void DeliverWhatPrecedes(MarketSnapshot message)
    {
        LinePlace? longest = null;
        int count = 0;
        foreach (LinePlace place in _places)
        {
            int index = IndexOf(place.Held, message);
            if (index > count && !(place.IsJoining && SnapshotContent.IsSame(message, place.First!)))
            {
                longest = place;
                count = index;
            }
        }

        if (longest is null)
        {
            return;
        }

        long end = _window.End;
        MarketSnapshot? newest = _newest;
        foreach (MarketSnapshot held in longest.Held[..count])
        {
            if (longest.Position >= end || IsNewer(held, newest))
            {
                Append(held);
            }
            else
            {
                _tooLate++;
            }
        }

        longest.Held.RemoveRange(0, count);
    }

    /// <summary>The sequence has grown: finds out whether lines that were out of step now have a message in common with it.</summary>
    private void Reconsider()
    {
        for (int i = 0; i < _places.Count; i++)
        {
            LinePlace place = _places[i];
            if (place.Held.Count == 0)
            {
                continue;
            }

            long searched = place.Searched;
            place.Searched = _window.End;
            if (place.Held.Exists(held => _window.Find(held, searched) >= 0))
            {
                List<MarketSnapshot> held = place.Held;
                place.Held = [];
                held.ForEach(message => Take(place, message));
            }
        }
    }

    private void Append(MarketSnapshot message)
    {
        _window.Add(message);
        _newest = message;
        _due.Add(message);
    }

    private bool IsAnythingHeld()
    {
        foreach (LinePlace place in _places)
        {
            if (place.Held.Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    private LinePlace? PlaceOf(Line line)
    {
        foreach (LinePlace place in _places)
        {
            if (ReferenceEquals(place.Line, line))
            {
                return place;
            }
        }

        return null;
    }

    private static int IndexOf(List<MarketSnapshot> held, MarketSnapshot message)
    {
        for (int i = 0; i < held.Count; i++)
        {
            if (SnapshotContent.IsSame(held[i], message))
            {
                return i;
            }
        }

        return -1;
    }
}
