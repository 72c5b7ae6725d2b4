using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace HedgeTech.Ime.Hosting.Board;

/// <summary>
/// How far one consumer has come with one contract. It stands in the consumer's queue at most once, whatever the contract does meanwhile,
/// so the queue never holds more than there are contracts; and what is read through it is the newest snapshot at that moment.
/// </summary>
internal sealed class BoardCursor(BoardSlot slot, ChannelWriter<BoardCursor> queue)
{
    private int _isQueued;
    private MarketSnapshot? _read;

    public BoardSlot Slot => slot;

    /// <summary>There is a newer snapshot. Never blocks, never runs the consumer's code.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
        {
            queue.TryWrite(this);
        }
    }

    /// <summary>The newest snapshot, if the consumer has not had it yet.</summary>
    public bool TryRead([NotNullWhen(true)] out MarketSnapshot? snapshot)
    {
        // First out of the queue, then the look: what comes after the look puts it back in.
        Interlocked.Exchange(ref _isQueued, 0);
        snapshot = slot.Newest;
        if (snapshot is null || ReferenceEquals(snapshot, _read))
        {
            return false;
        }

        _read = snapshot;
        return true;
    }
}
