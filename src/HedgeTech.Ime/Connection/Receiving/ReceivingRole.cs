namespace HedgeTech.Ime.Connection.Receiving;

/// <summary>
/// Decides who receives: always exactly one thread, unless that thread has lent the role to the consumer that runs on it. If two looks in a row find the role
/// lent, it is transferred to a new thread. Threads are numbered, and each change is one atomic step, so any number of threads may race.
/// </summary>
internal sealed class ReceivingRole
{
    // The number of the thread that receives, which is even. The lowest bit is set while that thread has lent the role.
    private long _receiver;

    /// <summary>Whether the thread is the one that receives.</summary>
    public bool IsOf(long thread) => Volatile.Read(ref _receiver) == thread;

    public bool IsLent => (Volatile.Read(ref _receiver) & 1) == 1;

    /// <summary>Whether the last look found the role lent and left it there.</summary>
    public bool WasLentAtLook { get; private set; }

    /// <summary>Lends the role of the thread to the consumer, which starts to run on it.</summary>
    public void Lend(long thread) => Interlocked.Exchange(ref _receiver, thread + 1);

    /// <summary>Takes the role back when the consumer has left the thread. Returns false if the role was transferred meanwhile.</summary>
    public bool Reclaim(long thread) => Interlocked.CompareExchange(ref _receiver, thread, thread + 1) == thread + 1;

    /// <summary>
    /// Looks at the role, at regular intervals and by one caller at a time. Transfers it to a new thread if it was lent at the last look too: to one long run of
    /// the consumer, or to many short ones.
    /// </summary>
    /// <param name="thread">The number of the new thread.</param>
    public bool TryTransfer(out long thread)
    {
        long receiver = Volatile.Read(ref _receiver);
        bool isLent = (receiver & 1) == 1;
        bool isTooLong = isLent && WasLentAtLook;
        WasLentAtLook = isLent && !isTooLong;
        thread = receiver + 1;
        return isTooLong && Interlocked.CompareExchange(ref _receiver, thread, receiver) == receiver;
    }
}
