using System.Net.NetworkInformation;

namespace HedgeTech.Ime.Connection;

/// <summary>Tells when the machine's network has changed: an address has come or gone.</summary>
/// <remarks>Thread-safe. The operating system is listened to only while someone listens here.</remarks>
internal sealed class NetworkWatch
{
    private readonly Lock _gate = new();
    private Action? _changed;

    /// <summary>Raised on a thread of the pool.</summary>
    public event Action Changed
    {
        add
        {
            lock (_gate)
            {
                if (_changed is null)
                {
                    NetworkChange.NetworkAddressChanged += OnAddressChanged;
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

    private void OnAddressChanged(object? sender, EventArgs e) => Raise();
}
