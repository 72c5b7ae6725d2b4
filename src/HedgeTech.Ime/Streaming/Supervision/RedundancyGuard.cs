namespace HedgeTech.Ime.Streaming.Supervision;

/// <summary>Decides for one shard whether to give up redundancy: a service that closes one line each time it accepts another allows only one.</summary>
internal sealed class RedundancyGuard
{
    private const int MaxEvictions = 10;

    /// <summary>A line that ends within this time of the accept of another was closed because of it.</summary>
    private static readonly TimeSpan EvictionWindow = TimeSpan.FromMilliseconds(100);

    private int _evictions;
    private bool _isRefused;

    /// <summary>A line of the shard has ended while others are open.</summary>
    /// <returns>Whether to give up redundancy.</returns>
    public bool LineEnded(IEnumerable<Line> others, Moment now)
    {
        bool wasEvicted = others.Any(other => now - other.OpenedAt < EvictionWindow);
        _evictions = wasEvicted ? _evictions + 1 : 0;
        return _evictions >= MaxEvictions;
    }

    /// <summary>The service has refused a line beside an open one.</summary>
    /// <returns>Whether that happened for the first time.</returns>
    public bool Refused()
    {
        bool isFirst = !_isRefused;
        _isRefused = true;
        return isFirst;
    }
}
