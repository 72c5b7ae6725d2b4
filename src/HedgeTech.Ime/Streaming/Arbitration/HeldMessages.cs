namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>The messages of a line out of step that no other line has shown yet, in order.</summary>
internal sealed class HeldMessages
{
    private List<HeldMessage> _messages = [];

    /// <summary>The number before which the sequence is known to contain none of them.</summary>
    private long _searched;

    public int Count => _messages.Count;

    /// <summary>The number of messages, long ones counted several times.</summary>
    public int Weight { get; private set; }

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

        HeldMessage kept = brought.Keep();
        _messages.Add(kept);
        Weight += kept.Weight;
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

    /// <summary>Removes all messages and returns them.</summary>
    public List<HeldMessage> TakeAll()
    {
        List<HeldMessage> taken = _messages;
        _messages = [];
        Weight = 0;
        return taken;
    }

    /// <summary>Removes the oldest messages and returns them.</summary>
    public List<HeldMessage> Take(int count)
    {
        List<HeldMessage> taken = _messages[..count];
        _messages.RemoveRange(0, count);
        Weight -= taken.Sum(static message => message.Weight);
        return taken;
    }
}
