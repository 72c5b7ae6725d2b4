using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Connection;

/// <summary>Tells when the machine's network has changed: an address has come or gone.</summary>
/// <remarks>Thread-safe. The operating system is listened to only while someone listens here.</remarks>
internal sealed partial class NetworkWatch(ILogger logger)
{
    private readonly Lock _gate = new();
    private Action? _changed;

    /// <summary>Whether someone listens here.</summary>
    public bool IsListenedTo
    {
        get
        {
            lock (_gate)
            {
                return _changed is not null;
            }
        }
    }

    /// <summary>Raised on a thread of the pool.</summary>
    public event Action Changed
    {
        add
        {
            lock (_gate)
            {
                if (_changed is null)
                {
                    Listen();
                }

                _changed += value;
            }
        }

        remove
        {
            lock (_gate)
            {
                _changed -= value;
                if (_changed is null)
                {
                    NetworkChange.NetworkAddressChanged -= OnAddressChanged;
                }
            }
        }
    }

    /// <summary>What the operating system's news leads to.</summary>
    internal void Raise()
    {
        Action? changed;
        lock (_gate)
        {
            changed = _changed;
        }

        changed?.Invoke();
    }

    private void Listen()
    {
        try
        {
            NetworkChange.NetworkAddressChanged += OnAddressChanged;
        }
        catch (Exception failure) when (failure is NetworkInformationException or PlatformNotSupportedException)
        {
            // A sandbox may forbid it. Then the delays between attempts are waited out as they are.
            LogDeaf(logger, failure);
        }
    }

    private void OnAddressChanged(object? sender, EventArgs e) => Raise();
}
