using System.Runtime.InteropServices;

namespace HedgeTech.Ime.Hosting.Board;

/// <summary>
/// The counts that change with every message. Only the feed writes them, so a plain write is enough; any thread may read them. They have their own cache
/// lines: if they shared one with the fields that readers of the board use, each message would invalidate the readers' caches, and each reader the feed's.
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

    /// <summary>When the newest snapshot of all contracts was received, in UTC ticks; 0 before the first.</summary>
    public readonly long NewestAt => Volatile.Read(in _newestAt);

    public void AddReceived() => Volatile.Write(ref _received, _received + 1);

    public void AddDropped(long count) => Volatile.Write(ref _dropped, _dropped + count);

    public void AddRejected() => Volatile.Write(ref _rejected, _rejected + 1);

    public void AddInterruption() => Volatile.Write(ref _interruptions, _interruptions + 1);

    public void SetNewestAt(long utcTicks) => Volatile.Write(ref _newestAt, utcTicks);
}
