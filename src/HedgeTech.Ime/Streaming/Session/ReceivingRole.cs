namespace HedgeTech.Ime.Streaming.Session;

/// <summary>
/// Who receives: always exactly one thread, unless the consumer runs on it and so holds the role. When it is seen to do so twice in a row, the role passes
/// to a new thread. Threads are numbered; each change is one atomic step, so that any number of them may race.
/// </summary>
internal sealed class ReceivingRole
{
    // The number of the thread that receives, even; the lowest bit is set while the consumer holds the role of that thread.
    private long _receiver;
    private bool _wasHeldAtLook;

    /// <summary>Whether the thread receives.</summary>
    public bool IsOf(long thread) => Volatile.Read(ref _receiver) == thread;

    /// <summary>Whether the consumer holds the role.</summary>
    public bool IsHeld => (Volatile.Read(ref _receiver) & 1) == 1;

    /// <summary>The consumer begins to run on the thread that receives.</summary>
    public void Hold(long thread) => Interlocked.Exchange(ref _receiver, thread + 1);

    /// <summary>The consumer has left the thread; false if another receives meanwhile.</summary>
    public bool Return(long thread) => Interlocked.CompareExchange(ref _receiver, thread, thread + 1) == thread + 1;

    /// <summary>
    /// To be asked at regular intervals, by one at a time: whether the consumer has held the role for too long, at one go or nearly so by many short ones.
    /// If so, the role is that of a new thread, whose number is told.
    /// </summary>
    public bool TryPassOn(out long thread)
    {
        long receiver = Volatile.Read(ref _receiver);
        bool isHeld = (receiver & 1) == 1;
        bool isTooLong = isHeld && _wasHeldAtLook;
        _wasHeldAtLook = isHeld && !isTooLong;
        thread = receiver + 1;
        return isTooLong && Interlocked.CompareExchange(ref _receiver, thread, receiver) == receiver;
    }
}
