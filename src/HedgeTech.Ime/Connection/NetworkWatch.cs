using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Connection;

/// <summary>Reports that the machine's network has changed: an address was added or removed.</summary>
/// <param name="logger">Logs that the operating system does not report changes.</param>
/// <param name="subscribe">Adds a handler to the operating system's event.</param>
/// <param name="unsubscribe">Removes the handler.</param>
/// <remarks>
/// Thread-safe. It subscribes to the operating system only while it has listeners. The platform may hold a process-wide lock while it calls
/// handlers, and takes the same lock to add or remove one. So this class calls the platform only on the thread pool and outside every lock: nobody who starts
/// or stops listening waits for it, and a change is passed on without a lock.
/// </remarks>
internal sealed partial class NetworkWatch(
    ILogger logger,
    Action<NetworkAddressChangedEventHandler> subscribe,
    Action<NetworkAddressChangedEventHandler> unsubscribe)
{
    private readonly Lock _gate = new();
    private Action? _changed;
    private bool _isSubscribed;
    private bool _isAdjusting;

    internal NetworkWatch(ILogger logger)
        : this(logger, static handler => NetworkChange.NetworkAddressChanged += handler, static handler => NetworkChange.NetworkAddressChanged -= handler)
    {
    }

    /// <summary>Raised on a pool thread when the network has changed.</summary>
    public event Action Changed
    {
        add
        {
            lock (_gate)
            {
                _changed += value;
            }

            Adjust();
        }

        remove
        {
            lock (_gate)
            {
                _changed -= value;
            }

            Adjust();
        }
    }

    /// <summary>Raised on a pool thread when subscribing fails unexpectedly, for example because a logger throws.</summary>
    public event Action<Exception>? Failed;

    /// <summary>Whether this watch has listeners.</summary>
    public bool IsListenedTo => Volatile.Read(ref _changed) is not null;

    /// <summary>Passes a change on.</summary>
    internal void Raise()
    {
        if (Volatile.Read(ref _changed) is { } changed)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static changed => changed(), changed, preferLocal: false);
        }
    }

    /// <summary>Adjusts the subscription to the listeners, soon and on the pool, one change at a time.</summary>
    private void Adjust()
    {
        lock (_gate)
        {
            if (_isAdjusting || _isSubscribed == IsListenedTo)
            {
                return;
            }

            _isAdjusting = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.AdjustHere(), this, preferLocal: false);
    }

    private void AdjustHere()
    {
        while (true)
        {
            bool wanted;
            lock (_gate)
            {
                wanted = IsListenedTo;
                if (wanted == _isSubscribed)
                {
                    _isAdjusting = false;
                    return;
                }

                _isSubscribed = wanted;
            }

            if (wanted)
            {
                Subscribe();
            }
            else
            {
                unsubscribe(OnAddressChanged);
            }
        }
    }

    private void Subscribe()
    {
        try
        {
            try
            {
                subscribe(OnAddressChanged);
            }
            catch (Exception failure) when (failure is NetworkInformationException or PlatformNotSupportedException)
            {
                // A sandbox may forbid the subscription. The feed then waits for the full delay between attempts.
                LogDeaf(logger, failure);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Unhandled on a pool thread, it would end the process.
            Failed?.Invoke(failure);
        }
    }

    private void OnAddressChanged(object? sender, EventArgs e) => Raise();
}
