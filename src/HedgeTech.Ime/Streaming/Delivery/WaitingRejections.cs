namespace HedgeTech.Ime.Streaming.Delivery;

/// <summary>How many rejected messages wait for the consumer, and how long they are: they carry bytes that someone else chooses, so that both are bounded.</summary>
internal sealed class WaitingRejections
{
    private const int MaxCount = 256;
    private const long MaxBytes = 1024 * 1024;

    private long _bytes;

    public int Count { get; private set; }

    /// <summary>Counts a rejection among those that wait; false if it is not to wait. A single one may be of any length.</summary>
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
