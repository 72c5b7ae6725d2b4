using System.Threading.Channels;

namespace HedgeTech.Ime.Hosting.Board;

/// <summary>One consumer of a board: the contracts that it follows, and those that have changed.</summary>
/// <param name="isForAll">Whether it also follows contracts that are added to the board later.</param>
internal sealed class BoardSubscription(bool isForAll)
{
    // Bounded by the number of cursors. The feed writes, so continuations never run inside a write.
    private readonly Channel<BoardCursor> _changed =
        Channel.CreateUnbounded<BoardCursor>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly List<BoardCursor> _cursors = [];

    public bool IsForAll => isForAll;

    public ChannelReader<BoardCursor> Changed => _changed.Reader;

    /// <summary>Call it under the lock of <see cref="BoardConsumers"/>. A snapshot that is already on the board counts as a change.</summary>
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

    /// <summary>Call it under the lock of <see cref="BoardConsumers"/>.</summary>
    public void Leave()
    {
        foreach (BoardCursor cursor in _cursors)
        {
            cursor.Slot.Detach(cursor);
        }
    }

    /// <summary>No more changes follow. Changes so far can still be read.</summary>
    public void End(Exception? failure) => _changed.Writer.TryComplete(failure);
}
