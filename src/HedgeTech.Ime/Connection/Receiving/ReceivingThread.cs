namespace HedgeTech.Ime.Connection.Receiving;

/// <summary>
/// A thread that receives messages and runs what follows from them, including the consumer. If the consumer holds it for too long, in one run or in many short ones,
/// the consumer keeps the thread and another one receives. So a slow consumer never stops receiving, and a fast one costs no change of threads.
/// </summary>
/// <param name="name">The name of the thread, for debuggers.</param>
/// <param name="receive">Receives one message and handles it. Returns false if there is nothing more to receive on a thread.</param>
/// <param name="lookEvery">How often to look whether the consumer holds the thread. Infinite in tests that call <see cref="Look"/> themselves.</param>
/// <param name="lookAgainAfter">How soon to look again after a look that found the consumer on the thread.</param>
internal sealed class ReceivingThread(string name, Func<bool> receive, TimeSpan lookEvery, TimeSpan lookAgainAfter) : IDisposable
{
    /// <summary>
    /// How long until the next look: usually, and after a look that found the consumer on the thread. The consumer must not hold it at two looks in a row, so it
    /// may hold it for at least the short time and at most the sum of both. At the rate of a market, each look costs as much as receiving a message.
    /// </summary>
    private static readonly TimeSpan DefaultLookEvery = TimeSpan.FromMilliseconds(45);
    private static readonly TimeSpan DefaultLookAgainAfter = TimeSpan.FromMilliseconds(15);

    // The watch is a thread. A timer would wake a thread of the pool, which then spins for more work and so costs more than everything else here.
    private readonly AutoResetEvent _watchWanted = new(false);
    private Thread? _watch;
    private bool _isWatching;
    private volatile bool _isOver;

    private readonly ReceivingRole _role = new();
    private bool _wasLent;

    [ThreadStatic]
    private static (ReceivingThread Receiving, long Number)? _here;

    /// <param name="name">The name of the thread, for debuggers.</param>
    /// <param name="receive">Receives one message and handles it. Returns false if there is nothing more to receive on a thread.</param>
    public ReceivingThread(string name, Func<bool> receive)
        : this(name, receive, DefaultLookEvery, DefaultLookAgainAfter)
    {
    }

    public void Start() => StartThread(0);

    /// <summary>Runs the consumer on this thread, if this thread receives and still has the role. Otherwise returns false and does nothing.</summary>
    /// <param name="run">Runs the consumer until its next wait.</param>
    /// <param name="consumer">The argument of <paramref name="run"/>.</param>
    public static bool TryRun<TConsumer>(Action<TConsumer> run, TConsumer consumer)
    {
        if (_here is not { } here || !here.Receiving._role.IsOf(here.Number))
        {
            return false;
        }

        here.Receiving.Lend(here.Number);
        run(consumer);

        // Fails if another thread receives by now. This one then ends.
        here.Receiving._role.Reclaim(here.Number);
        return true;
    }

    public void Dispose()
    {
        _isOver = true;
        _watchWanted.Set();
    }

    /// <summary>Starts another thread if the consumer has held this one for too long. Called by one caller at a time.</summary>
    /// <returns>False if the consumer has not run since the last look, so that nothing is left to watch.</returns>
    internal bool Look()
    {
        if (_role.TryTransfer(out long number))
        {
            StartThread(number);
        }

        if (Interlocked.Exchange(ref _wasLent, false) || _role.IsLent)
        {
            return true;
        }

        // A thread that lends the role after this either sees it, or is seen below.
        Interlocked.Exchange(ref _isWatching, false);
        if (Volatile.Read(ref _wasLent))
        {
            Volatile.Write(ref _isWatching, true);
            return true;
        }

        return false;
    }

    private void StartThread(long number)
    {
        Thread thread = new(() => Run(number)) { IsBackground = true, Name = name };
        thread.UnsafeStart();
    }

    private void Run(long number)
    {
        _here = (this, number);
        while (_role.IsOf(number) && receive())
        {
            // The loop runs until another thread has the role, or the connection has ended.
        }

        _here = null;
    }

    private void Lend(long number)
    {
        Volatile.Write(ref _wasLent, true);
        _role.Lend(number);
        if (!Volatile.Read(ref _isWatching))
        {
            Watch();
        }
    }

    /// <summary>Called by the thread that has the role, so by one thread at a time.</summary>
    private void Watch()
    {
        Volatile.Write(ref _isWatching, true);
        _watchWanted.Set();
        if (_watch is null)
        {
            _watch = new Thread(WatchToEnd) { IsBackground = true, Name = name + " watch" };
            _watch.UnsafeStart();
        }
    }

    // Looks as long as the consumer runs from time to time. While it is quiet, nothing ticks.
    private void WatchToEnd()
    {
        while (!_isOver)
        {
            if (!Volatile.Read(ref _isWatching))
            {
                _watchWanted.WaitOne();
            }
            else if (!_watchWanted.WaitOne(_role.WasLentAtLook ? lookAgainAfter : lookEvery))
            {
                Look();
            }
        }
    }
}
