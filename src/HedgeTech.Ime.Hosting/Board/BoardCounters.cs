using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Hosting.Board;

/// <summary>
/// What changes with every message. Written by the feed alone, so a plain write is enough; read by anyone. It has cache lines of its own:
/// beside the fields that readers of the board look at, each message would take those away from every reader, and each reader them from the feed.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct BoardCounters
{
    [FieldOffset(128)]
    private long _received;

    [FieldOffset(136)]
    private long _dropped;

    [FieldOffset(144)]
    private long _rejected;

    [FieldOffset(152)]
    private long _interruptions;

    [FieldOffset(160)]
    private long _newestAt;

    public readonly long Received => Volatile.Read(in _received);

    public readonly long Dropped => Volatile.Read(in _dropped);

    public readonly long Rejected => Volatile.Read(in _rejected);

    public readonly long Interruptions => Volatile.Read(in _interruptions);

    /// <summary>When the newest snapshot of all was received, in ticks of UTC; 0 if none was.</summary>
    public readonly long NewestAt => Volatile.Read(in _newestAt);

    public void AddReceived() => Volatile.Write(ref _received, _received + 1);

    public void AddDropped(long count) => Volatile.Write(ref _dropped, _dropped + count);

    public void AddRejected() => Volatile.Write(ref _rejected, _rejected + 1);

    public void AddInterruption() => Volatile.Write(ref _interruptions, _interruptions + 1);

    public void SetNewestAt(long utcTicks) => Volatile.Write(ref _newestAt, utcTicks);
}
