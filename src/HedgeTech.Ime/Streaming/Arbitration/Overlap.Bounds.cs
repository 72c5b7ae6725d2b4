using HedgeTech.Ime.Streaming.Supervision;

namespace HedgeTech.Ime.Streaming.Arbitration;

/// <content>What is forgotten, and which line cannot be followed any further.</content>
internal sealed partial class Overlap
{
    public void Trim(bool isRemembering)
    {
        long keep = isRemembering ? _window.First : _window.End;
        foreach (LinePlace place in _places)
        {
            if (place.Line is not null)
            {
                keep = Math.Min(keep, place.Position);
            }
        }

        _window.ForgetBefore(Math.Max(keep, _window.End - bound));
        if (!isRemembering)
        {
            ForgetLate();
        }
    }

    /// <summary>Forgets half of what no line stands before: it is kept for lines that are being opened, and they show the newest if any.</summary>
    public void ForgetHalf()
    {
        long needed = _window.End;
        foreach (LinePlace place in _places)
        {
            if (place.Line is not null)
            {
                needed = Math.Min(needed, place.Needs);
            }
        }

        _window.ForgetBefore(_window.StartOfRepetition(_window.First + (Math.Max(needed - _window.First, 0) / 2)));
        _late.RemoveRange(0, _late.Count / 2);
    }

    /// <summary>Adds how many messages are kept because of each line.</summary>
    public void CountKept(Dictionary<Line, int> kept)
    {
        foreach (LinePlace place in _places)
        {
            if (place.Line is { } line && _window.End - Math.Max(place.Needs, _window.First) is > 0 and var behind)
            {
                kept[line] = kept.GetValueOrDefault(line) + (int)behind;
            }

            if (place.Held.Count > 0 && WhoLags(place) is { } lagging)
            {
                kept[lagging] = kept.GetValueOrDefault(lagging) + place.Held.Count;
            }
        }
    }

    private int Finish(bool isRemembering)
    {
        bool hasEnded = false;
        Lagging = null;
        for (int i = 0; i < _places.Count; i++)
        {
            LinePlace place = _places[i];
            hasEnded |= place.Line is null;
            if (place.Line is not null && _window.End - place.Position > bound)
            {
                Lagging = place.Line;
            }
            else if (place.Held.Count > bound)
            {
                if (IsAnyInStep())
                {
                    Lagging ??= WhoLags(place);
                }
                else
                {
                    Flush(place);
                }
            }
        }

        if (hasEnded)
        {
            _places.RemoveAll(static place => place is { Line: null, Held.Count: 0 });
        }

        Trim(isRemembering);
        int tooLate = _tooLate;
        _tooLate = 0;
        return tooLate;
    }

    /// <summary>
    /// A line has brought as much as can be held and nothing of it is known from another. It lags if its newest message is older than the
    /// newest delivered; if it is newer, a line in step lags, the one furthest behind. If time does not tell, the line out of step lags. If no
    /// line is in step, nobody does.
    /// </summary>
    private Line? WhoLags(LinePlace place)
    {
        LinePlace? behind = null;
        foreach (LinePlace other in _places)
        {
            if (other is { Line: not null, IsInStep: true } && (behind is null || other.Position < behind.Position))
            {
                behind = other;
            }
        }

        return behind is null ? null : IsNewer(place.Held[^1].Message, _newest) ? behind.Line : place.Line;
    }
}
