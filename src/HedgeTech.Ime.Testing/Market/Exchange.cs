using System.Collections.Concurrent;
using HedgeTech.Ime.Testing.Wire;

namespace HedgeTech.Ime.Testing.Market;

/// <summary>All contracts, and the loop that sends their messages when they are due. Thread-safe.</summary>
internal sealed class Exchange : IAsyncDisposable
{
    /// <summary>How many messages of one contract are sent before the turn of the next contract, if there is no pause between messages.</summary>
    private const int Turn = 16;

    private readonly ImeSimulatorOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly MarketClock _clock;
    private readonly ConcurrentDictionary<ContractKey, Listing> _listings = [];
    private readonly Lock _orderGate = new();
    private readonly Signal _wake = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly List<Listing> _order = [];
    private readonly PriorityQueue<Listing, (long Due, int Index)> _due = new();
    private Listing[] _heard = [];
    private int _nextTurn;

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

    /// <summary>Finds the contract with that name or id, or invents it if the options allow that; null if there is none.</summary>
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

        LookWhoIsHeard();
        _wake.Set();
    }

    public void Unsubscribe(SimulatorConnection connection)
    {
        foreach (Subscription subscription in connection.Subscriptions)
        {
            Find(subscription.Key)?.Remove(subscription);
        }

        LookWhoIsHeard();
    }

    /// <summary>Wakes the loop, because a connection has room again or has ended.</summary>
    public void GoOn() => _wake.Set();

    /// <summary>Sends the next message of the contract now, to all its subscribers. Completes when it was handed to the operating system for each of them.</summary>
    public async Task<long> PublishAsync(ContractKey key, CancellationToken cancellationToken)
    {
        Listing listing = Find(key) ?? throw Unknown(key, nameof(key));
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

    /// <summary>Sends a message that the market did not create to all subscribers of its contract. Completes when it was handed to the operating system for each of them, and returns their number.</summary>
    public Task<int> PublishAsync(MarketSnapshot snapshot, CancellationToken cancellationToken) =>
        PublishAsync(Find(snapshot.Contract) ?? throw Unknown(snapshot.Contract, nameof(snapshot)), listing => listing.TrySendNow(snapshot), cancellationToken);

    /// <summary>Sends any message to all subscribers of a contract. Completes when it was handed to the operating system for each of them, and returns their number.</summary>
    public Task<int> PublishAsync(ContractKey key, ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        PublishAsync(Find(key) ?? throw Unknown(key, nameof(key)), listing => listing.TrySendNow(message.Span), cancellationToken);

    private static async Task<int> PublishAsync(Listing listing, Func<Listing, IReadOnlyCollection<SimulatorConnection>?> send, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (send(listing) is { } reached)
            {
                bool[] sent = await Task.WhenAll(reached.Select(connection => connection.Outbox.WhenAllSentAsync())).WaitAsync(cancellationToken).ConfigureAwait(false);
                return sent.Count(static one => one);
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

    private static ArgumentException Unknown(ContractKey key, string parameter) =>
        new(string.IsNullOrWhiteSpace(key.Value) ? "The contract has no name and no id." : $"The market has no contract {key}.", parameter);

    private void List(SimulatorContract contract)
    {
        Listing listing = List(contract, new ContractKey(ContractKeyKind.Name, contract.Code));
        if (!string.IsNullOrEmpty(contract.Name))
        {
            _listings[new ContractKey(ContractKeyKind.Name, contract.Name)] = listing;
        }

        if (!string.IsNullOrEmpty(contract.Id))
        {
            _listings[new ContractKey(ContractKeyKind.Id, contract.Id)] = listing;
        }
    }

    private Listing List(SimulatorContract contract, ContractKey key)
    {
        Listing listing = new(contract, _options, _clock);
        _listings[key] = listing;
        _order.Add(listing);
        return listing;
    }

    private void LookWhoIsHeard()
    {
        lock (_orderGate)
        {
            Volatile.Write(ref _heard, [.. _order.Where(listing => listing.HasSubscribers)]);
        }
    }

    private async Task RunAsync()
    {
        using ITimer timer = _timeProvider.CreateTimer(_ => _wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                long nextDue = long.MaxValue;
                bool sent = double.IsPositiveInfinity(_options.Rate) ? SendWithoutPause() : SendDue(out nextDue);
                if (!sent && !IsDue(nextDue, timer))
                {
                    await _wake.WaitAsync(_stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The exchange was disposed.
        }
    }

    private bool SendWithoutPause()
    {
        int sent = 0;
        int? heldUp = null;
        Listing[] heard = Volatile.Read(ref _heard);
        for (int i = 0; i < heard.Length; i++)
        {
            int index = (_nextTurn + i) % heard.Length;
            int count = heard[index].SendWithoutPause(Turn);
            sent += count;
            heldUp ??= count < Turn ? index : null;
        }

        // The contract that was held up first starts the next round. Otherwise those at the end of a long list would seldom find room.
        _nextTurn = heldUp ?? _nextTurn;
        return sent > 0;
    }

    /// <summary>Sends everything that is due in the order of the timetable, so that the stream does not depend on the steps of the clock.</summary>
    private bool SendDue(out long nextDue)
    {
        long elapsed = _clock.Elapsed;
        bool sent = false;
        nextDue = long.MaxValue;
        Listing[] heard = Volatile.Read(ref _heard);
        for (int i = 0; i < heard.Length; i++)
        {
            Await(heard[i], i, ref nextDue);
        }

        while (_due.TryDequeue(out Listing? listing, out (long Due, int Index) place))
        {
            // A contract without room is skipped until it has room again.
            if (listing.TrySendDue(elapsed))
            {
                sent = true;
                Await(listing, place.Index, ref nextDue);
            }
        }

        return sent;

        void Await(Listing listing, int index, ref long nextDue)
        {
            long due = listing.NextDue();
            if (due <= elapsed)
            {
                _due.Enqueue(listing, (due, index));
            }
            else
            {
                nextDue = Math.Min(nextDue, due);
            }
        }
    }

    /// <summary>Sets the timer and then checks the clock again: if the clock was advanced in between, the timer would fire too late.</summary>
    private bool IsDue(long nextDue, ITimer timer)
    {
        if (nextDue == long.MaxValue)
        {
            return false;
        }

        TimeSpan wait = new(Math.Max(nextDue - _clock.Elapsed, 0));
        if (ReferenceEquals(_timeProvider, TimeProvider.System))
        {
            // System timers truncate to whole milliseconds. A timer that fires a fraction too early would make the loop spin.
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        }

        timer.Change(wait, Timeout.InfiniteTimeSpan);
        return _clock.Elapsed >= nextDue;
    }
}
