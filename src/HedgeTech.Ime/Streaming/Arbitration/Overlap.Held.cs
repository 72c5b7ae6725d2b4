namespace HedgeTech.Ime.Streaming.Arbitration;

/// <content>What lines hold that are out of step.</content>
internal sealed partial class Overlap
{
    private void Hold(LinePlace place, HeldMessage brought)
    {
        if (place.Held.Count == 0)
        {
            place.Searched = _window.End;
        }

        place.Held.Add(brought);
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
        foreach ((MarketSnapshot held, _) in longest.Held[..count])
        {
            if (longest.Position >= end || IsNewer(held, newest))
            {
                Append(held);
            }
            else
            {
                CountAsTooLate(held, longest);
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
            if (searched < _window.End && place.Held.Exists(held => _window.Find(held.Message, searched) >= 0))
            {
                List<HeldMessage> held = place.Held;
                place.Held = [];
                held.ForEach(brought => Take(place, brought));
            }
        }
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

    private static int IndexOf(List<HeldMessage> held, MarketSnapshot message)
    {
        for (int i = 0; i < held.Count; i++)
        {
            if (SnapshotContent.IsSame(held[i].Message, message))
            {
                return i;
            }
        }

        return -1;
    }
}
