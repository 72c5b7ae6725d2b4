using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Arbitration;

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
            int remembered = _window.Count + _late.Count;
            foreach (LinePlace place in _places)
            {
                remembered += place.Held.Count;
            }

            return remembered;
        }
    }

    /// <summary>A line brought a message. What may go out now is added to <paramref name="due"/>, in order.</summary>
    /// <returns>How many messages turned out to have come too late to go out in order.</returns>
    public int Receive(Line line, HeldMessage brought, List<MarketSnapshot> due, bool isRemembering)
    {
        _due = due;
        Take(PlaceOf(line) ?? Join(line), brought);
        Lead();
        return Finish(isRemembering);
    }

    private void Take(LinePlace place, HeldMessage brought)
    {
        if (!place.IsInStep)
        {
            TakeOutOfStep(place, brought);
            return;
        }

        MarketSnapshot message = brought.Message;
        long found = _window.Find(message, place.Position);
        if (found >= 0)
        {
            // What lies between, the line has missed and another has delivered.
            place.Position = found + 1;
            place.FirstShown ??= found;
        }
        else if (place.Position == _window.End)
        {
            Publish(place, brought);
        }
        else
        {
            // It is behind and shows something unknown: either the others have missed this, or it has missed all that they have shown since.
            place.LoseStep();
            Hold(place, brought);
        }
    }

    private void TakeOutOfStep(LinePlace place, HeldMessage brought)
    {
        MarketSnapshot message = brought.Message;
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
            Hold(place, brought);
            return;
        }

        foreach (HeldMessage held in place.Held)
        {
            CountAsTooLate(held.Message, place);
        }

        place.Held.Clear();
        place.Position = found + 1;
        place.FirstShown ??= found;
        if (!repeatsFirst)
        {
            place.GetInStep(found + 1);
        }
    }

    /// <summary>A line at the end of the sequence brought its next message.</summary>
    private void Publish(LinePlace place, HeldMessage brought)
    {
        MarketSnapshot message = brought.Message;
        if (!IsAnythingHeld())
        {
            place.FirstShown ??= _window.End;
            Append(message);
            place.Position = _window.End;
            return;
        }

        long end = _window.End;
        Reconsider();
        if (_window.End > end)
        {
            // Another line went on meanwhile, maybe past this message.
            Take(place, brought);
            return;
        }

        DeliverWhatPrecedes(message);
        place.FirstShown ??= _window.End;
        Append(message);
        place.Position = _window.End;
        Reconsider();
    }

    private void Append(MarketSnapshot message)
    {
        _window.Add(message);
        _newest = message;
        _due.Add(message);
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
}
