using System.Diagnostics.CodeAnalysis;
using HedgeTech.Ime.Relay.Protocol;

namespace HedgeTech.Ime.Relay.Reading;

/// <summary>The pushes that a reader has not taken yet, bounded. When it is full it drops them all: they are in the log.</summary>
internal sealed class PushRing(int maximumEntries = 4096, long maximumBytes = 16 * 1024 * 1024)
{
    private readonly Queue<LogEntry> _entries = new();
    private long _bytes;

    /// <summary>Whether pushes were dropped since <see cref="Clear"/>.</summary>
    public bool HasOverflowed { get; private set; }

    public void Add(LogEntry entry)
    {
        if (HasOverflowed)
        {
            return;
        }

        if (_entries.Count >= maximumEntries || _bytes + entry.Size > maximumBytes)
        {
            Clear();
            HasOverflowed = true;
            return;
        }

        _entries.Enqueue(entry);
        _bytes += entry.Size;
    }

    public bool TryTake([NotNullWhen(true)] out LogEntry? entry)
    {
        if (!_entries.TryDequeue(out entry))
        {
            return false;
        }

        _bytes -= entry.Size;
        return true;
    }

    public void Clear()
    {
        _entries.Clear();
        _bytes = 0;
        HasOverflowed = false;
    }
}
