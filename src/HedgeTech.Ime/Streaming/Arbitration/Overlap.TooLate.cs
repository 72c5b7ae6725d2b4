namespace HedgeTech.Ime.Streaming.Arbitration;

/// <content>What came too late to be delivered in order: lost, and counted once however many lines brought it.</content>
internal sealed partial class Overlap
{
    private readonly List<Late> _late = [];

    private void CountAsTooLate(MarketSnapshot message, LinePlace place)
    {
        foreach (Late late in _late)
        {
            if (!late.BroughtBy.Contains(place) && SnapshotContent.IsSame(late.Message, message))
            {
                late.BroughtBy.Add(place);
                return;
            }
        }

        _tooLate++;
        if (_late.Count == bound)
        {
            _late.RemoveAt(0);
        }

        _late.Add(new Late(message, _window.End, [place]));
    }

    /// <summary>No line will bring what all have gone past.</summary>
    private void ForgetLate()
    {
        while (_late.Count > 0 && _places.TrueForAll(place => place.Position >= _late[0].Number))
        {
            _late.RemoveAt(0);
        }
    }

    private sealed record Late(MarketSnapshot Message, long Number, List<LinePlace> BroughtBy);
}
