using HedgeTech.Ime.Streaming.Delivery;

namespace HedgeTech.Ime.Streaming.Session;

/// <summary>
/// A thread that receives, and runs what a message leads to, the consumer included. When that has held it for too long, at one go or by a little each
/// time, the thread is left to it and another receives: a slow consumer keeps nobody from reading, and one that keeps up costs no change of threads.
/// </summary>
/// <param name="name">What debuggers show.</param>
/// <param name="receive">Receives one message and what follows from it; false if there is nothing more to receive on a thread.</param>
internal sealed class ReceivingThread(string name, Func<bool> receive) : IDisposable
{
    /// <summary>Twice in a row is too long: so a hold, or many that follow each other closely, may last for this long at least and for twice as long at most.</summary>
    private const int LookEveryMilliseconds = 15;

    // The watch is a thread, as a timer wakes one of the pool, which then looks for more to do for longer than all else takes.
    private readonly AutoResetEvent _watchWanted = new(false);
    private Thread? _watch;
    private bool _isWatching;
    private volatile bool _isOver;

    private readonly ReceivingRole _role = new();
    private bool _wasHeld;

    [ThreadStatic]
    private static (ReceivingThread Receiving, long Number)? _here;

    public void Start() => StartThread(0);

    /// <summary>Runs the consumer on this thread if it is one that receives, and still has that role; otherwise does nothing, and says so.</summary>
    public static bool TryRun(IFeedConsumer consumer)
    {
        if (_here is not { } here || !here.Receiving._role.IsOf(here.Number))
        {
            return false;
        }

        here.Receiving.Hold(consumer, here.Number);
        return true;
    }

    public void Dispose()
    {
        _isOver = true;
        _watchWanted.Set();
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
            // Until the role is another's, or the end.
        }

        _here = null;
    }

    private void Hold(IFeedConsumer consumer, long number)
    {
        Volatile.Write(ref _wasHeld, true);
        _role.Hold(number);
        if (!Volatile.Read(ref _isWatching))
        {
            Watch();
        }

        consumer.WakeHere();

        // In vain if another receives meanwhile; this thread then ends.
        _role.Return(number);
    }

    /// <summary>By whoever has the role, so by one thread at a time.</summary>
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

    // As long as the consumer runs now and then; when it is quiet, nothing ticks.
    private void WatchToEnd()
    {
        while (!_isOver)
        {
            if (!Volatile.Read(ref _isWatching))
            {
                _watchWanted.WaitOne();
            }
            else if (!_watchWanted.WaitOne(LookEveryMilliseconds))
            {
                Look();
            }
        }
    }

    private void Look()
    {
        if (_role.TryPassOn(out long number))
        {
            StartThread(number);
        }

        if (!Interlocked.Exchange(ref _wasHeld, false) && !_role.IsHeld)
        {
            // Who holds it from here on sees this, or is seen.
            Interlocked.Exchange(ref _isWatching, false);
            if (Volatile.Read(ref _wasHeld))
            {
                Volatile.Write(ref _isWatching, true);
            }
        }
    }
}
