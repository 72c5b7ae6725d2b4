using System.Runtime.InteropServices;
using HedgeTech.Ime.Streaming.Events;

namespace HedgeTech.Ime.Streaming.Sinks;

/// <summary>What the sinks get together, in order. Filled under the lock of the feed; then the one thread that calls the sinks has it to itself.</summary>
internal sealed class SinkBatch
{
    private readonly List<SinkEntry> _entries = [];
    private readonly FrameCopies _copies = new();

    public ReadOnlySpan<SinkEntry> Entries => CollectionsMarshal.AsSpan(_entries);

    public bool IsEmpty => _entries.Count == 0;

    public int Count => _entries.Count;

    /// <summary>Length of the messages in it.</summary>
    public long Bytes { get; private set; }

    /// <summary>How the feed ended, if these are the last entries.</summary>
    public FeedEnd? End { get; set; }

    /// <summary>Adds a snapshot and a copy of its message, unless the snapshot carries the message itself.</summary>
    public void Add(MarketSnapshot snapshot, ReadOnlySpan<byte> frame)
    {
        Bytes += frame.Length;
        _entries.Add(new SinkEntry(snapshot, snapshot.Frame.IsEmpty ? _copies.Keep(frame) : snapshot.Frame));
    }

    public void Add(FeedEvent added)
    {
        Bytes += added is FrameRejected rejected ? rejected.Frame.Length : 0;
        _entries.Add(new SinkEntry(added, default));
    }

    public void Clear()
    {
        _entries.Clear();
        _copies.Clear();
        Bytes = 0;
        End = null;
    }
}
