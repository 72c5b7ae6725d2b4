namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>The messages of a line out of step that no other line has shown yet, in order.</summary>
/// <param name="kept">Counts the messages in memory.</param>
internal sealed class HeldMessages(MessageCount kept)
{
    private List<HeldMessage> _messages = [];
    private int _weight;

    /// <summary>The number before which the sequence is known to contain none of them.</summary>
    private long _searched;

    public int Count => _messages.Count;

    public HeldMessage First => _messages[0];

    public HeldMessage Last => _messages[^1];

    /// <param name="brought">The next message of the line.</param>
    /// <param name="end">The end of the sequence now: everything before it has been searched for this message.</param>
    public void Add(HeldMessage brought, long end)
    {
        if (_messages.Count == 0)
        {
            _searched = end;
        }

        HeldMessage held = brought.Keep();
        _messages.Add(held);
        AddWeight(held.Weight);
    }

    /// <summary>Returns the index of the first message with this content; -1 if there is none.</summary>
    public int IndexOf(MarketSnapshot message)
    {
        for (int i = 0; i < _messages.Count; i++)
        {
            if (SnapshotContent.IsSame(_messages[i].Message, message))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Whether the sequence has gained one of the messages since the last call.</summary>
    public bool IsAnyIn(DeliveredWindow window)
    {
        long searched = _searched;
        _searched = window.End;
        return searched < window.End && _messages.Exists(held => window.Find(held.Message, searched) >= 0);
    }

    public List<HeldMessage> TakeAll()
    {
        List<HeldMessage> taken = _messages;
        _messages = [];
        AddWeight(-_weight);
        return taken;
    }

    public List<HeldMessage> Take(int count)
    {
        List<HeldMessage> taken = _messages[..count];
        _messages.RemoveRange(0, count);
        AddWeight(-taken.Sum(static message => message.Weight));
        return taken;
    }

    private void AddWeight(int weight)
    {
        _weight += weight;
        kept.Add(weight);
    }
}
