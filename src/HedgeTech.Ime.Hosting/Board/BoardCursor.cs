using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace HedgeTech.Ime.Hosting.Board;

/// <summary>
/// The position of one consumer on one contract. It is in the consumer's queue at most once, no matter how often the contract changes, so the queue is never longer
/// than the number of contracts. Reading through the cursor gives the newest snapshot at that moment.
/// </summary>
internal sealed class BoardCursor(BoardSlot slot, ChannelWriter<BoardCursor> queue)
{
    private int _isQueued;
    private MarketSnapshot? _read;

    public BoardSlot Slot => slot;

    /// <summary>Announces a newer snapshot. Never blocks and never runs the consumer's code.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
        {
            queue.TryWrite(this);
        }
    }

    /// <summary>Gets the newest snapshot, unless the consumer has read it already.</summary>
    public bool TryRead([NotNullWhen(true)] out MarketSnapshot? snapshot)
    {
        // Marks the cursor as not queued before reading: a snapshot that arrives after the read queues it again.
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
