using HedgeTech.Ime.Streaming.Events;

namespace HedgeTech.Ime.Streaming.Sinks;

/// <summary>
/// What the sinks of a feed have not seen yet. The feed fills it under its lock, so its order is that of the feed. One thread at a time takes what waits and
/// calls the sinks outside the lock. Not thread-safe: used under the lock of the feed.
/// </summary>
internal sealed class SinkQueue
{
    private const int FullCount = 1024;
    private const long FullBytes = 4 * 1024 * 1024;

    private SinkBatch _waiting = new();
    private SinkBatch _other = new();
    private bool _isCalling;

    /// <summary>Whether lines have to wait before they read on: the sinks are slower than the market.</summary>
    public bool IsFull => _waiting.Count >= FullCount || _waiting.Bytes >= FullBytes;

    /// <summary>Whether the sinks have seen everything and the consumer can take it.</summary>
    public bool IsEmpty => _waiting.IsEmpty && _other.IsEmpty;

    /// <summary>Whether something waits and no thread is calling the sinks.</summary>
    public bool NeedsCaller => !_isCalling && (!_waiting.IsEmpty || _waiting.End is not null);

    public void Add(MarketSnapshot snapshot, ReadOnlySpan<byte> frame) => _waiting.Add(snapshot, frame);

    public void Add(FeedEvent added) => _waiting.Add(added);

    /// <summary>Nothing more will be added.</summary>
    public void End(FeedEnd end) => _waiting.End = end;

    /// <summary>Makes the caller the one that calls the sinks. Null if nothing waits or another thread calls them already.</summary>
    /// <returns>What to call them with, then to be given to <see cref="Next"/>.</returns>
    public SinkBatch? TryBegin()
    {
        if (!NeedsCaller)
        {
            return null;
        }

        _isCalling = true;
        (_waiting, _other) = (_other, _waiting);
        return _other;
    }

    /// <summary>The sinks and the consumer have what was in the batch.</summary>
    /// <param name="passed">The batch.</param>
    /// <param name="isLast">Whether another thread is to call the sinks from here on.</param>
    /// <returns>The next batch; null if there is none or another thread is to take it. The caller is then no longer the one that calls.</returns>
    public SinkBatch? Next(SinkBatch passed, bool isLast)
    {
        passed.Clear();
        _isCalling = false;
        return isLast ? null : TryBegin();
    }
}
