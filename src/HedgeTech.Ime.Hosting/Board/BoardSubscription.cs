using System.Threading.Channels;

namespace HedgeTech.Ime.Hosting.Board;

/// <summary>One consumer of a board: which contracts it follows, and which of them have changed.</summary>
/// <param name="isForAll">Whether it follows also what comes onto the board later.</param>
internal sealed class BoardSubscription(bool isForAll)
{
    // Bounded by the number of cursors. Continuations never run inside a write, which is the feed's.
    private readonly Channel<BoardCursor> _changed =
        Channel.CreateUnbounded<BoardCursor>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly List<BoardCursor> _cursors = [];

    public bool IsForAll => isForAll;

    public ChannelReader<BoardCursor> Changed => _changed.Reader;

    /// <summary>Under the board's lock. What stands on the board already counts as changed.</summary>
    public void Follow(BoardSlot slot)
    {
        BoardCursor cursor = new(slot, _changed.Writer);
        _cursors.Add(cursor);
        slot.Attach(cursor);
        if (slot.Newest is not null)
        {
            cursor.Signal();
        }
    }

    /// <summary>Under the board's lock.</summary>
    public void Leave()
    {
        foreach (BoardCursor cursor in _cursors)
        {
            cursor.Slot.Detach(cursor);
        }
    }

    /// <summary>Nothing changes any more; what has changed can still be read.</summary>
    public void End(Exception? failure) => _changed.Writer.TryComplete(failure);
}
