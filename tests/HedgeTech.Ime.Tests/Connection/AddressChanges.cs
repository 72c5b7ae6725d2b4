using System.Net.NetworkInformation;
using HedgeTech.Ime.Connection;
using Microsoft.Extensions.Logging;

namespace HedgeTech.Ime.Tests.Connection;

/// <summary>Reports address changes as Linux does: calls the handlers under the lock that adding and removing one takes.</summary>
internal sealed class AddressChanges
{
    private readonly Lock _platform = new();
    private readonly List<NetworkAddressChangedEventHandler> _handlers = [];
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when a handler was added.</summary>
    public Task Subscribed => _subscribed.Task;

    /// <summary>Done when the last handler was removed.</summary>
    public Task Emptied => _emptied.Task;

    /// <summary>Called before a caller that adds or removes a handler takes the lock.</summary>
    public Action? Entering { get; set; }

    public NetworkWatch Watch(ILogger? logger = null) => new(logger ?? new RecordingLogger(), Add, Remove);

    /// <summary>Changes an address: under the lock, a handler of somebody else runs first, then those that were added.</summary>
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
