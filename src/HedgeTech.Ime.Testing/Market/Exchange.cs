using System.Collections.Concurrent;
using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing.Market;

/// <summary>All contracts, and the one loop that sends their messages when they are due. Thread-safe.</summary>
internal sealed class Exchange : IAsyncDisposable
{
    /// <summary>How many messages of one contract go out before the next contract's turn.</summary>
    private const int Turn = 16;

    private readonly ImeSimulatorOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly MarketClock _clock;
    private readonly ConcurrentDictionary<ContractKey, Listing> _listings = [];
    private readonly Lock _orderGate = new();
    private readonly Signal _wake = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private Listing[] _order = [];

    public Exchange(ImeSimulatorOptions options, TimeProvider timeProvider)
    {
        _options = options;
        _timeProvider = timeProvider;
        _clock = new MarketClock(timeProvider);
        foreach (SimulatorContract contract in options.Contracts)
        {
            List(contract);
        }

        _running = Task.Run(RunAsync);
    }

    /// <summary>The contract of that name or id, invented where the options allow it; null where there is none.</summary>
    public Listing? Find(ContractKey key)
    {
        if (_listings.TryGetValue(key, out Listing? listing))
        {
            return listing;
        }

        if (!_options.AcceptAnyContract || string.IsNullOrWhiteSpace(key.Value))
        {
            return null;
        }

        lock (_orderGate)
        {
            return _listings.TryGetValue(key, out listing) ? listing : List(SimulatorContract.Invent(key), key);
        }
    }

    public void Subscribe(SimulatorConnection connection)
    {
        foreach (Subscription subscription in connection.Subscriptions)
        {
            Find(subscription.Key)?.Add(subscription, _options.SnapshotOnConnect);
        }

        _wake.Set();
    }

    public void Unsubscribe(SimulatorConnection connection)
    {
        foreach (Subscription subscription in connection.Subscriptions)
        {
            Find(subscription.Key)?.Remove(subscription);
        }
    }

    /// <summary>Lets the loop look again, because a connection has room or is gone.</summary>
    public void GoOn() => _wake.Set();

    /// <summary>One message of the contract now, to all who listen; done when it was handed to the operating system for each.</summary>
    public async Task<long> PublishAsync(ContractKey key, CancellationToken cancellationToken)
    {
        Listing listing = Find(key) ?? throw new ArgumentException($"The market has no contract {key}.", nameof(key));
        while (true)
        {
            if (listing.TrySendNow() is { } trade)
            {
                await Task.WhenAll(listing.Listeners().Select(connection => connection.Outbox.WhenAllSentAsync())).WaitAsync(cancellationToken).ConfigureAwait(false);
                return trade;
            }

            await Task.WhenAll(listing.Listeners().Select(connection => connection.Outbox.WhenRoomAsync())).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void List(SimulatorContract contract)
    {
        Listing listing = new(contract, _options, _clock);
        ContractKey?[] keys =
        [
            new(ContractKeyKind.Name, contract.Code),
            contract.Name is { Length: > 0 } name ? new(ContractKeyKind.Name, name) : null,
            contract.Id is { Length: > 0 } id ? new(ContractKeyKind.Id, id) : null,
        ];
        foreach (ContractKey? key in keys)
        {
            if (key is { } value)
            {
                _listings[value] = listing;
            }
        }

        _order = [.. _order, listing];
    }

    private Listing List(SimulatorContract contract, ContractKey key)
    {
        Listing listing = new(contract, _options, _clock);
        _listings[key] = listing;
        Volatile.Write(ref _order, [.. _order, listing]);
        return listing;
    }

    private async Task RunAsync()
    {
        using ITimer timer = _timeProvider.CreateTimer(_ => _wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                int sent = 0;
                long nextDue = long.MaxValue;
                foreach (Listing listing in Volatile.Read(ref _order))
                {
                    if (listing.HasSubscribers)
                    {
                        (int count, long due) = listing.SendDue(Turn);
                        sent += count;
                        nextDue = Math.Min(nextDue, due);
                    }
                }

                if (sent == 0 && !IsDue(nextDue, timer))
                {
                    await _wake.WaitAsync(_stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    /// <summary>Sets the timer, and looks at the clock once more after: it may have been moved on in between, and then the timer would come too late.</summary>
    private bool IsDue(long nextDue, ITimer timer)
    {
        if (nextDue == long.MaxValue)
        {
            return false;
        }

        TimeSpan wait = new(Math.Max(nextDue - _clock.Elapsed, 0));
        if (ReferenceEquals(_timeProvider, TimeProvider.System))
        {
            // The system's timers cut to whole milliseconds; early by a fraction, the loop would spin.
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        }

        timer.Change(wait, Timeout.InfiniteTimeSpan);
        return _clock.Elapsed >= nextDue;
    }
}
