namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>Counts the rejected messages that wait for the consumer, and their bytes. Both are limited, because the sender chooses their content.</summary>
internal sealed class WaitingRejections
{
    private const int MaxCount = 256;
    private const long MaxBytes = 1024 * 1024;

    private long _bytes;

    public int Count { get; private set; }

    /// <summary>Adds a rejection; returns false if the limit is reached. A single one may have any length.</summary>
    public bool TryAdd(FrameRejected rejected)
    {
        if (Count == MaxCount || (Count > 0 && _bytes + rejected.Frame.Length > MaxBytes))
        {
            return false;
        }

        Count++;
        _bytes += rejected.Frame.Length;
        return true;
    }

    public void Remove(FrameRejected rejected)
    {
        Count--;
        _bytes -= rejected.Frame.Length;
    }

    public void Clear() => (Count, _bytes) = (0, 0);
}
