using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Arbitration;

/// <content>Who leads when lines come, end or wait too long.</content>
internal sealed partial class Overlap
{
    /// <summary>More ended lines than these are not waited for.</summary>
    private const int MaxEndedLines = 4;

    /// <summary>A step back of the server's clock by more than this is no sign of age.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    /// <summary>Whether no line carries the contract.</summary>
    public bool IsDeserted => _places.Count == 0;

    /// <summary>Whether every line stands at the end of the sequence, and nothing has to be remembered.</summary>
    public bool IsSettled => Remembered == 0 && _places.TrueForAll(static place => place.IsInStep);

    /// <summary>Whether only one line carries the contract.</summary>
    public bool IsAlone => _places.Count == 1;

    /// <summary>Whether a line has shown a message that another has shown too.</summary>
    public bool CarriesOn(Line line, Line other) => PlaceOf(line) is { FirstShown: { } first } && PlaceOf(other) is { } place && first < place.Position;

    public bool Carries(Line line) => PlaceOf(line) is not null;

    /// <summary>A line was accepted. The first one leads; another has to show first what it has in common with it.</summary>
    public LinePlace Join(Line line)
    {
        bool isFirst = !_places.Exists(static place => place.Line is not null) && _window.Count == 0;
        LinePlace place = isFirst ? LinePlace.Leading(line, _window.End) : LinePlace.Joining(line, _window.First, _window.End);
        _places.Add(place);
        return place;
    }

    /// <summary>A line has ended. What it alone has brought stays until another line shows that it goes on from there, or none is left to do so.</summary>
    public int Leave(Line line, List<MarketSnapshot> due, bool isRemembering)
    {
        _due = due;
        if (PlaceOf(line) is { } left)
        {
            left.Line = null;
            left.LoseStep();
        }

        _places.RemoveAll(static place => place is { Line: null, Held.Count: 0 });
        while (_places.Count(HoldsThoughEnded) > MaxEndedLines)
        {
            Flush(_places.First(HoldsThoughEnded));
        }

        Lead();
        return Finish(isRemembering);
    }

    /// <summary>What has been held since before a moment waits no longer.</summary>
    public int Release(TimeSpan before, List<MarketSnapshot> due, bool isRemembering)
    {
        _due = due;
        while (Oldest(place => place.Held[0].At <= before) is { } waiting)
        {
            Flush(waiting);
        }

        Lead();
        return Finish(isRemembering);
    }

    /// <summary>If no line is in step, lets the one with the oldest beginning deliver what it holds, once that is known to come next.</summary>
    private void Lead()
    {
        while (!IsAnyInStep())
        {
            LinePlace? next = Oldest(static _ => true);
            LinePlace? silent = _places.Find(static place => place is { Line: not null, Held.Count: 0 });
            if (silent is not null && (next is null || _places.IndexOf(silent) < _places.IndexOf(next)))
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
    private bool IsPastTheEnd(LinePlace place) =>
        place.Position >= _window.End
        || IsNewer(place.Held[^1].Message, _newest)
        || (place.Held.Count > _window.End - place.Position && !IsOlder(place.Held[^1].Message, _newest));

    private bool IsAnyInStep()
    {
        foreach (LinePlace place in _places)
        {
            if (place is { IsInStep: true, Line: not null })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Of the places that hold something and meet a condition, the one whose beginning is the oldest; if time does not tell, the one that came first.</summary>
    private LinePlace? Oldest(Predicate<LinePlace> condition)
    {
        LinePlace? oldest = null;
        foreach (LinePlace place in _places)
        {
            if (place.Held.Count > 0 && condition(place) && (oldest is null || IsNewer(oldest.Held[0].Message, place.Held[0].Message)))
            {
                oldest = place;
            }
        }

        return oldest;
    }

    /// <summary>Delivers what a line holds, but what is older than what was delivered already. The line is then in step.</summary>
    private void Flush(LinePlace place)
    {
        long end = _window.End;
        MarketSnapshot? newest = _newest;
        List<HeldMessage> flushed = place.Held;
        place.Held = [];
        foreach ((MarketSnapshot held, _) in flushed)
        {
            if (place.Position < end && IsOlder(held, newest))
            {
                CountAsTooLate(held, place);
            }
            else
            {
                Append(held);
            }
        }

        if (place.Position >= end || _window.End > end)
        {
            place.GetInStep(_window.End);
        }

        Reconsider();
    }

    private static bool HoldsThoughEnded(LinePlace place) => place is { Line: null, Held.Count: > 0 };

    private static bool IsNewer(MarketSnapshot message, MarketSnapshot? than) =>
        than is null || (HaveTimes(message, than) && message.Timestamp > than.Timestamp);

    private static bool IsOlder(MarketSnapshot message, MarketSnapshot? than) =>
        than is not null && HaveTimes(message, than) && message.Timestamp < than.Timestamp && than.Timestamp - message.Timestamp <= MaxAge;

    private static bool HaveTimes(MarketSnapshot one, MarketSnapshot other) =>
        ((one.Unavailable | other.Unavailable) & SnapshotFields.Timestamp) == 0;
}
