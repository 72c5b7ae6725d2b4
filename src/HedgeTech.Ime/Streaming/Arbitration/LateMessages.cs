namespace HedgeTech.Ime.Streaming.Arbitration;

/// <summary>Messages that arrived too late to be delivered in order. Each is counted once, even if several lines deliver it.</summary>
/// <param name="bound">The number of messages to remember.</param>
/// <param name="kept">Counts the messages in memory.</param>
internal sealed class LateMessages(int bound, MessageCount kept)
{
    private readonly List<LateMessage> _messages = [];

    public int Count => _messages.Count;

    /// <summary>Adds a message. Returns false if another line has already delivered it late.</summary>
    /// <param name="message">The message.</param>
    /// <param name="line">The line that delivered it.</param>
    /// <param name="end">The current end of the sequence. A line past it will not deliver the message again.</param>
    public bool Add(MarketSnapshot message, LinePosition line, long end)
    {
        foreach (LateMessage late in _messages)
        {
            if (!late.BroughtBy.Contains(line) && SnapshotContent.IsSame(late.Message, message))
            {
                late.BroughtBy.Add(line);
                return false;
            }
        }

        if (_messages.Count == bound)
        {
            RemoveOldest(1);
        }

        _messages.Add(new LateMessage(message, end, [line]));
        kept.Add(1);
        return true;
    }

    /// <summary>Forgets the messages that no line will deliver again, because all lines are past them.</summary>
    public void Forget(LinePositions lines)
    {
        while (_messages.Count > 0 && lines.AreAllPast(_messages[0].Number))
        {
            RemoveOldest(1);
        }
    }

    public void ForgetHalf() => RemoveOldest(_messages.Count / 2);

    private void RemoveOldest(int count)
    {
        _messages.RemoveRange(0, count);
        kept.Add(-count);
    }

    private sealed record LateMessage(MarketSnapshot Message, long Number, List<LinePosition> BroughtBy);
}
