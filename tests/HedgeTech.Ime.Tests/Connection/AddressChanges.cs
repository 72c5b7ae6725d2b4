using System.Net.NetworkInformation;
using HedgeTech.Ime.Connection;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Connection;

/// <summary>Reports address changes as .NET does on Linux: it calls the handlers under the lock that adding and removing a handler takes.</summary>
internal sealed class AddressChanges
{
    private readonly Lock _platform = new();
    private readonly List<NetworkAddressChangedEventHandler> _handlers = [];
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a handler is added.</summary>
    public Task Subscribed => _subscribed.Task;

    /// <summary>Completes when the last handler is removed.</summary>
    public Task Emptied => _emptied.Task;

    /// <summary>Runs before a caller that adds or removes a handler takes the lock.</summary>
    public Action? Entering { get; set; }

    public NetworkWatch Watch(ILogger? logger = null) => new(logger ?? new RecordingLogger(), Add, Remove);

    /// <summary>Changes an address. Under the lock, the handler of another library runs first, and then the added handlers run.</summary>
    public void Change(Action foreignHandler)
    {
        lock (_platform)
        {
            foreignHandler();
            _handlers.ForEach(static handler => handler(null, EventArgs.Empty));
        }
    }

    private void Add(NetworkAddressChangedEventHandler handler)
    {
        Entering?.Invoke();
        lock (_platform)
        {
            _handlers.Add(handler);
        }

        _subscribed.TrySetResult();
    }

    private void Remove(NetworkAddressChangedEventHandler handler)
    {
        Entering?.Invoke();
        lock (_platform)
        {
            _handlers.Remove(handler);
            if (_handlers.Count > 0)
            {
                return;
            }
        }

        _emptied.TrySetResult();
    }
}
